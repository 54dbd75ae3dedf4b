using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Compares what caches served with what the tables in memory say at that moment, and keeps the differences.</summary>
/// <remarks>
/// It fills and drops nothing. A granted request is compared over the whole run that was handed out, its permissions included; a refused one only by whether
/// memory would let it pass, since any true reason will do.
/// </remarks>
/// <param name="memory">What the CPUs have written, whether or not the unit snoops it.</param>
/// <param name="contexts">Reads context entries.</param>
/// <param name="walker">Walks tables.</param>
internal sealed class StaleUseDetector(PhysicalMemory memory, ContextReader contexts, TableTranslator walker)
{
    private const int MostKept = 64;
    private readonly Lock _lock = new();
    private readonly List<StaleUse> _kept = [];
    private long _count;

    /// <summary>Differences seen.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The first differences, oldest first; later ones are only counted.</summary>
    public IReadOnlyList<StaleUse> Kept
    {
        get
        {
            lock (_lock)
                return [.. _kept];
        }
    }

    /// <summary>Compares one outcome in which a cached entry had a part.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="served">What the requester gets.</param>
    /// <param name="rootTable">The root table in use.</param>
    public void Compare(in TranslationRequest request, in TranslationOutcome served, PhysAddr rootTable)
    {
        var lookup = contexts.Read(ReaderFor(request.Source), rootTable, request.Source);
        if (FindDifference(request, served, lookup) is not { } difference)
            return;
        lock (_lock)
        {
            _count++;
            if (_kept.Count < MostKept)
                _kept.Add(difference);
        }
    }

    private StaleUse? FindDifference(in TranslationRequest request, in TranslationOutcome served, in ContextLookup lookup)
    {
        if (!served.IsGranted)
        {
            var inMemory = Look(request.Source, lookup, request.Address, request.Access);
            return inMemory.IsGranted ? new StaleUse(request, request.Address, served, inMemory) : null;
        }

        for (var offset = 0UL; offset < served.Page.LengthBytes;)
        {
            var inMemory = Look(request.Source, lookup, request.Address + offset, IommuAccess.None);
            if (!inMemory.IsGranted || inMemory.Granted != served.Granted || inMemory.Page.Address != served.Page.Address + offset)
                return new StaleUse(request, request.Address + offset, served, inMemory);
            offset += inMemory.Page.LengthBytes;
        }

        return null;
    }

    private TranslationOutcome Look(Bdf source, in ContextLookup lookup, Iova address, IommuAccess needed)
    {
        if (lookup.Context is not { } context)
            return TranslationOutcome.Refused(lookup.Reason, lookup.Entry);
        if (address.Value > context.LastAddress)
            return TranslationOutcome.Refused(FaultReason.AddressBeyondWidth, context.Entry);
        return context.Entry.Type == TranslationType.PassThrough
            ? TranslationOutcome.Untranslated(address, context.Entry)
            : TranslationOutcome.Of(walker.Walk(ReaderFor(source), context, address, needed), address, context.Entry);
    }

    private TableReader ReaderFor(Bdf source) => new(memory, null, source);
}
