using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The context cache and the IOTLB, and the order that keeps a fill from leaving behind what an invalidation has just dropped.</summary>
/// <remarks>
/// A miss takes the generation before it reads anything from memory and hands it in with what it found; a fill under an older generation is dropped. Invalidations
/// raise the generation inside the same gate. So an entry read before an invalidation completed is either dropped by it or never cached.
/// </remarks>
internal sealed class TranslationCaches(RemappingUnitOptions options)
{
    private readonly RequesterTable _requesters = new();
    private SpinGate _gate;
    private long _generation;
    private long _contextFills;
    private long _contextsInvalidated;
    private long _contextInvalidations;
    private long _iotlbInvalidations;

    /// <summary>The requesters and their cached contexts.</summary>
    public RequesterTable Requesters => _requesters;

    /// <summary>The cached translations; nothing when the policy is not the fast one.</summary>
    public Iotlb Iotlb { get; } = new(options.Caches.IsFast(options) ? options.Caches : CachePolicy.Minimal, options.LargePages);

    /// <summary>The caches that work instead when the policy is not the fast one, or null. Then no requester has a context, so none looks into the IOTLB.</summary>
    public PolicyCaches? Policy { get; } = options.Caches.IsFast(options) ? null : new PolicyCaches(options);

    /// <summary>Changes with every invalidation.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Context-cache invalidations done.</summary>
    public long ContextInvalidations => Volatile.Read(ref _contextInvalidations);

    /// <summary>IOTLB invalidations done.</summary>
    public long IotlbInvalidations => Volatile.Read(ref _iotlbInvalidations);

    /// <summary>Caches a context entry, unless something was invalidated since <paramref name="generation"/>.</summary>
    public void Fill(Requester requester, CachedContext context, long generation)
    {
        if (options.Caches.ContextEntries == 0)
            return;
        _gate.Enter();
        if (_generation == generation)
        {
            requester.Context = context;
            _contextFills++;
        }

        _gate.Exit();
    }

    /// <summary>Caches a translation, unless something was invalidated since <paramref name="generation"/>.</summary>
    public void Fill(CachedContext context, Iova address, in WalkResult walk, long generation)
    {
        _gate.Enter();
        if (_generation == generation)
            Iotlb.Fill(context.DomainTag, address, walk);
        _gate.Exit();
    }

    /// <summary>Drops context entries.</summary>
    public void Invalidate(in ContextInvalidation request)
    {
        _gate.Enter();
        DropContexts(request);
        _contextInvalidations++;
        Volatile.Write(ref _generation, _generation + 1);
        _gate.Exit();
        Policy?.Invalidate(request);
    }

    /// <summary>Drops translations.</summary>
    public void Invalidate(in IotlbInvalidation request)
    {
        _gate.Enter();
        Iotlb.Drop(request);
        _iotlbInvalidations++;
        Volatile.Write(ref _generation, _generation + 1);
        _gate.Exit();
        Policy?.Invalidate(request);
    }

    /// <summary>What each cache has done.</summary>
    public UnitCacheStatistics CaptureStatistics() => Policy?.CaptureStatistics() ?? CaptureFastStatistics();

    private UnitCacheStatistics CaptureFastStatistics()
    {
        var sum = default(UnitCacheStatistics);
        foreach (var (_, requester) in _requesters.All())
            sum = sum + requester.Counters.ToCacheStatistics();
        _gate.Enter();
        sum = sum with
        {
            Context = sum.Context with { Fills = _contextFills, Invalidated = _contextsInvalidated },
            Pages4K = With(sum.Pages4K, Iotlb.CountersOf(0)),
            Pages2M = With(sum.Pages2M, Iotlb.CountersOf(1)),
            Pages1G = With(sum.Pages1G, Iotlb.CountersOf(2)),
        };
        _gate.Exit();
        return sum;
    }

    private static CacheStatistics With(in CacheStatistics lookups, in IotlbBank.Counters bank) =>
        lookups with { Fills = bank.Fills, Evictions = bank.Evictions, Invalidated = bank.Invalidated };

    private void DropContexts(in ContextInvalidation request)
    {
        foreach (var (source, requester) in _requesters.All())
        {
            if (requester.Context is not { } context || !Selects(request, source, context.Domain))
                continue;
            requester.Context = null;
            _contextsInvalidated++;
        }
    }

    private static bool Selects(in ContextInvalidation request, Bdf source, DomainId domain) => request.Granularity switch
    {
        ContextGranularity.Global => true,
        ContextGranularity.Domain => domain == request.Domain,
        _ => domain == request.Domain && request.Selects(source),
    };
}
