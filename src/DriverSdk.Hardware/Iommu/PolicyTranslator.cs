using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Translates through <see cref="PolicyCaches"/>: the same steps as the fast path, each asked of the policy.</summary>
/// <param name="caches">What is known.</param>
/// <param name="contexts">Reads what is not.</param>
/// <param name="walker">Walks for what is not.</param>
/// <param name="detector">Compares what is served with memory, or null.</param>
internal sealed class PolicyTranslator(PolicyCaches caches, ContextReader contexts, TableTranslator walker, StaleUseDetector? detector)
{
    /// <summary>Translates one request and counts it for its requester.</summary>
    /// <param name="tables">The unit's eyes on its tables.</param>
    /// <param name="requester">Whose counters.</param>
    /// <param name="rootTable">The root table in use.</param>
    /// <param name="request">What is asked.</param>
    public TranslationOutcome Translate(in TableReader tables, Requester requester, PhysAddr rootTable, in TranslationRequest request)
    {
        // Before anything is read from memory: what an invalidation overtakes from here on must not be cached.
        var generation = caches.Generation;
        var lookup = FindContext(tables, requester, rootTable, request.Source, generation);
        var isCached = !lookup.IsFresh;
        var outcome = lookup.Context is { } context
            ? TranslateIn(tables, requester, context, request, generation, ref isCached)
            : TranslationOutcome.Refused(lookup.Reason, lookup.Entry);
        if (isCached)
            detector?.Compare(request, outcome, rootTable);
        return outcome;
    }

    /// <summary>Finds a requester's context entry, cached or read just now.</summary>
    /// <param name="tables">The unit's eyes on its tables.</param>
    /// <param name="requester">Whose counters.</param>
    /// <param name="rootTable">The root table in use.</param>
    /// <param name="source">Who asks.</param>
    public ContextLookup FindContext(in TableReader tables, Requester requester, PhysAddr rootTable, Bdf source) =>
        FindContext(tables, requester, rootTable, source, caches.Generation);

    private ContextLookup FindContext(in TableReader tables, Requester requester, PhysAddr rootTable, Bdf source, long generation)
    {
        if (caches.TryFindContext(source, out var lookup))
            return lookup;
        requester.Counters.ContextReads++;
        lookup = contexts.Read(tables, rootTable, source);
        caches.FillContext(source, lookup, generation);
        return lookup;
    }

    private TranslationOutcome TranslateIn(
        in TableReader tables, Requester requester, CachedContext context, in TranslationRequest request, long generation, ref bool isCached)
    {
        if (request.Address.Value > context.LastAddress)
            return TranslationOutcome.Refused(FaultReason.AddressBeyondWidth, context.Entry);
        if (context.Entry.Type == TranslationType.PassThrough)
        {
            requester.Counters.PassedThrough++;
            return TranslationOutcome.Untranslated(request.Address, context.Entry);
        }

        var answer = caches.Find(request.Source, context, request.Address, request.Access);
        isCached |= answer.Share != CacheShare.Nothing;
        var isFound = answer.Share == CacheShare.Whole;
        var walk = isFound ? answer.Walk : Walk(tables, requester, context, request, answer.Start, generation);
        if (isFound && walk.Reason == FaultReason.None)
            requester.Counters.Hits++;
        return TranslationOutcome.Of(walk, request.Address, context.Entry);
    }

    private WalkResult Walk(in TableReader tables, Requester requester, CachedContext context, in TranslationRequest request, in WalkStart start, long generation)
    {
        var trail = new WalkTrail();
        var walk = walker.Walk(tables, start, request.Address, request.Access, ref trail);
        requester.Counters.CountWalk(walk);
        caches.Fill(request, context, walk, trail, generation);
        return walk;
    }
}
