using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The caches of a unit whose policy is not the fast one. They do exactly what the policy says, under one lock.</summary>
/// <remarks>Fills follow the rule of <see cref="TranslationCaches"/>: what was read under an older generation is dropped. Source: facts/vtd.md 4 and 5.</remarks>
internal sealed class PolicyCaches
{
    private const int PageSizes = 3;

    // Under caching mode, a context entry that names no domain is kept under domain 0. Source: facts/vtd.md 4.
    private static readonly DomainId DomainOfRefusedContexts = new(0);
    private readonly Lock _lock = new();
    private readonly CachePolicy _policy;
    private readonly bool _keepsRefusals;
    private readonly PolicyCache<ContextLookup> _contexts;
    private readonly PolicyCache<CachedEntry>[] _pages;
    private readonly PolicyCache<CachedEntry>[] _tables;
    private readonly PolicyCache<CachedEntry> _refusals;
    private long _generation;

    /// <summary>Makes empty caches.</summary>
    /// <param name="options">The unit's, with its policy.</param>
    public PolicyCaches(RemappingUnitOptions options)
    {
        _policy = options.Caches;
        _keepsRefusals = options.CachingMode && !_policy.Refusals.IsNone;
        _contexts = new(_policy.ContextEntries == CachePolicy.MaxContextEntries ? CacheGeometry.Unbounded : CacheGeometry.OfEntries(_policy.ContextEntries), _policy);
        _pages = [Make(_policy.Pages4K), Make(_policy.Pages2M), Make(_policy.Pages1G)];
        // By the level of the entries; there are no non-leaf entries at level 0.
        _tables = [.. Enumerable.Range(0, VtdSecondStageFormat.MaxLevels).Select(level => Make(level == 0 ? CacheGeometry.None : _policy.PagingStructures))];
        _refusals = Make(_keepsRefusals ? _policy.Refusals : CacheGeometry.None);
    }

    /// <summary>Changes with every invalidation.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Finds what is known of a requester's context entry, good or bad.</summary>
    public bool TryFindContext(Bdf source, out ContextLookup lookup)
    {
        lock (_lock)
        {
            var isFound = _contexts.TryFind(KeyOf(source), out lookup);
            lookup = lookup with { IsFresh = !isFound };
            if (isFound)
                _contexts.Hits++;
            else
                _contexts.Misses++;
            return isFound;
        }
    }

    /// <summary>Keeps a context entry, unless something was invalidated since <paramref name="generation"/>.</summary>
    public void FillContext(Bdf source, in ContextLookup lookup, long generation)
    {
        // An entry that could not be read is not there to be kept.
        var mayBeKept = lookup.Context is not null
            || (_keepsRefusals && lookup.Reason is not (FaultReason.RootEntryUnreadable or FaultReason.ContextEntryUnreadable));
        lock (_lock)
        {
            if (mayBeKept && _generation == generation)
                _contexts.Put(KeyOf(source), lookup);
        }
    }

    /// <summary>Finds what is known of an address: first translations from small to large, then refusals, then the deepest non-leaf entry.</summary>
    /// <param name="source">Who asks.</param>
    /// <param name="context">Its context entry.</param>
    /// <param name="address">Within the context's width.</param>
    /// <param name="needed">The permission needed; none needs any.</param>
    public CacheAnswer Find(Bdf source, CachedContext context, Iova address, IommuAccess needed)
    {
        var tag = TagOf(source, context.Domain);
        lock (_lock)
        {
            if (TryFindPage(tag, address, needed, out var walk) || TryFindRefusal(tag, address, needed, out walk))
                return CacheAnswer.Found(walk);
            return FindTable(tag, context.Start, address, needed);
        }
    }

    /// <summary>Counts a walk, and keeps what it found unless something was invalidated since <paramref name="generation"/>.</summary>
    public void Fill(in TranslationRequest request, CachedContext context, in WalkResult walk, WalkTrail trail, long generation)
    {
        var tag = TagOf(request.Source, context.Domain);
        lock (_lock)
        {
            var cache = walk.Reason == FaultReason.None ? _pages[walk.Level] : _refusals;
            cache.Misses++;
            if (_generation != generation)
                return;
            foreach (var (level, table, granted) in trail.Entries)
                _tables[level].Put(CacheKey.Of(tag, level, request.Address), new CachedEntry(context.Domain, table, granted));
            if (walk.Reason == FaultReason.None ? TableTranslator.IsWhole(walk) : IsKept(walk))
                cache.Put(CacheKey.Of(tag, walk.Level, request.Address), new CachedEntry(context.Domain, walk.Page, walk.Granted, ErrorOf(walk.Reason)));
        }
    }

    /// <summary>Drops context entries.</summary>
    public void Invalidate(ContextInvalidation request)
    {
        lock (_lock)
        {
            _contexts.DropWhere((key, lookup) => Selects(request, new Bdf(key.Tag), lookup.Context?.Domain ?? DomainOfRefusedContexts));
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    /// <summary>Drops translations, refusals and, unless only leaves changed, non-leaf entries.</summary>
    public void Invalidate(IotlbInvalidation request)
    {
        lock (_lock)
        {
            for (var level = 0; level < PageSizes; level++)
                Drop(_pages[level], level, request);
            for (var level = 0; level < VtdSecondStageFormat.MaxLevels; level++)
                Drop(_refusals, level, request);
            var keepsTables = request.Granularity == IotlbGranularity.Page && request.Hint == InvalidationHint.LeafOnly;
            for (var level = 1; level < VtdSecondStageFormat.MaxLevels && !keepsTables; level++)
                Drop(_tables[level], level, request);
            Volatile.Write(ref _generation, _generation + 1);
        }
    }

    /// <summary>What each cache has done.</summary>
    public UnitCacheStatistics CaptureStatistics()
    {
        lock (_lock)
        {
            return new UnitCacheStatistics
            {
                Context = _contexts.Statistics,
                Pages4K = _pages[0].Statistics,
                Pages2M = _pages[1].Statistics,
                Pages1G = _pages[2].Statistics,
                PagingStructures = _tables.Aggregate(default(CacheStatistics), (sum, cache) => sum + cache.Statistics),
                Refusals = _refusals.Statistics,
            };
        }
    }

    private static CacheKey KeyOf(Bdf source) => new(source.Value, 0, 0);

    private static bool Selects(in ContextInvalidation request, Bdf source, DomainId domain) => request.Granularity switch
    {
        ContextGranularity.Global => true,
        ContextGranularity.Domain => domain == request.Domain,
        _ => domain == request.Domain && request.Selects(source),
    };

    // A missing permission shows in what was granted; what is kept besides is wrong with the entry for any access.
    private static FaultReason ErrorOf(FaultReason reason) =>
        reason is FaultReason.WriteDenied or FaultReason.ReadDenied ? FaultReason.None : reason;

    private PolicyCache<CachedEntry> Make(CacheGeometry geometry) => new(geometry, _policy);

    private ushort TagOf(Bdf source, DomainId domain) => _policy.Tags == CacheTags.BySource ? source.Value : domain.Value;

    private bool TryFindPage(ushort tag, Iova address, IommuAccess needed, out WalkResult walk)
    {
        for (var level = 0; level < PageSizes; level++)
        {
            if (!_pages[level].TryFind(CacheKey.Of(tag, level, address), out var entry) || !IsAnswer(entry, needed))
                continue;
            _pages[level].Hits++;
            walk = AnswerOf(entry, level, needed);
            return true;
        }

        walk = default;
        return false;
    }

    private bool TryFindRefusal(ushort tag, Iova address, IommuAccess needed, out WalkResult walk)
    {
        for (var level = 0; level < VtdSecondStageFormat.MaxLevels && _refusals.Count > 0; level++)
        {
            if (!_refusals.TryFind(CacheKey.Of(tag, level, address), out var entry))
                continue;
            walk = AnswerOf(entry, level, needed);
            if (walk.Reason == FaultReason.None)
                continue;
            _refusals.Hits++;
            return true;
        }

        walk = default;
        return false;
    }

    private CacheAnswer FindTable(ushort tag, in WalkStart top, Iova address, IommuAccess needed)
    {
        if (_policy.PagingStructures.IsNone)
            return CacheAnswer.Nothing(top);
        for (var level = 1; level <= top.Level; level++)
        {
            if (!_tables[level].TryFind(CacheKey.Of(tag, level, address), out var entry) || !IsAnswer(entry, needed))
                continue;
            _tables[level].Hits++;
            return WalkResult.Permits(entry.Granted, needed)
                ? CacheAnswer.Below(new WalkStart(entry.Target, level - 1, entry.Granted))
                : CacheAnswer.Found(AnswerOf(entry, level, needed));
        }

        _tables[top.Level].Misses++;
        return CacheAnswer.Nothing(top);
    }

    private bool IsAnswer(in CachedEntry entry, IommuAccess needed) => WalkResult.Permits(entry.Granted, needed) || _policy.Denied == DeniedHit.Faults;

    private static WalkResult AnswerOf(in CachedEntry entry, int level, IommuAccess needed)
    {
        if (!WalkResult.Permits(entry.Granted, needed))
            return WalkResult.Refused(WalkResult.DenialOf(needed), level, entry.Granted);
        return new WalkResult(entry.Reason, entry.Target, level, entry.Granted);
    }

    // An entry that grants something else is present, so it is a refusal only where such an entry faults without a walk.
    private bool IsKept(in WalkResult walk) => walk.Reason switch
    {
        FaultReason.PagingEntryUnreadable => false,
        FaultReason.WriteDenied or FaultReason.ReadDenied => walk.Granted == IommuAccess.None || _policy.Denied == DeniedHit.Faults,
        _ => true,
    };

    private void Drop(PolicyCache<CachedEntry> cache, int level, IotlbInvalidation request)
    {
        if (cache.Count == 0)
            return;
        if (request.Granularity == IotlbGranularity.Global)
        {
            cache.Clear();
            return;
        }

        if (request.Granularity == IotlbGranularity.Domain)
        {
            cache.DropWhere((_, entry) => entry.Domain == request.Domain);
            return;
        }

        var order = PageSize.CpuShift + request.AddressMask;
        var first = CacheKey.Of(request.Domain.Value, level, new Iova(request.Page.Value >> order << order));
        var frames = 1UL << Math.Max(0, order - CacheKey.ShiftOf(level));
        if (_policy.Tags == CacheTags.BySource || frames > (ulong)cache.Count)
        {
            cache.DropWhere((key, entry) => entry.Domain == request.Domain && key.Overlaps(request.Page, order));
            return;
        }

        for (var frame = first.Frame; frame < first.Frame + frames; frame++)
            cache.Drop(first with { Frame = frame });
    }
}
