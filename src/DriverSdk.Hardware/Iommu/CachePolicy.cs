namespace DriverSdk.Hardware.Iommu;

/// <summary>What a remapping unit caches, and for how long. The default is the fast one; any other is exact rather than fast.</summary>
/// <remarks>An implementation may hold less than the architecture permits and drop more than it was asked to. Source: facts/vtd.md 4.</remarks>
public sealed record CachePolicy
{
    /// <summary>Everything that may be cached is, for ever, and is preferred to memory; an invalidation drops what it names and nothing else.</summary>
    /// <remarks>Software that works with this policy never relies on a cache being small or forgetful. With caching mode, refusals are kept as well.</remarks>
    public static CachePolicy MaximallyStale { get; } = new()
    {
        Pages4K = CacheGeometry.Unbounded,
        Pages2M = CacheGeometry.Unbounded,
        Pages1G = CacheGeometry.Unbounded,
        PagingStructures = CacheGeometry.Unbounded,
        Refusals = CacheGeometry.Unbounded,
        Denied = DeniedHit.Faults,
    };

    /// <summary>Nothing is cached: each request reads its context entry and walks.</summary>
    public static CachePolicy Minimal { get; } = new()
    {
        ContextEntries = 0,
        Pages4K = CacheGeometry.None,
        Pages2M = CacheGeometry.None,
        Pages1G = CacheGeometry.None,
    };

    /// <summary>Context entries kept, 0 to 65536, which is one for every source-id.</summary>
    public int ContextEntries { get; init; } = MaxContextEntries;

    /// <summary>The IOTLB's 4 KiB translations.</summary>
    public CacheGeometry Pages4K { get; init; } = new(1024, IotlbSet.Ways);

    /// <summary>The IOTLB's 2 MiB translations.</summary>
    public CacheGeometry Pages2M { get; init; } = new(128, IotlbSet.Ways);

    /// <summary>The IOTLB's 1 GiB translations.</summary>
    public CacheGeometry Pages1G { get; init; } = new(128, IotlbSet.Ways);

    /// <summary>Non-leaf entries, for each level of the tables; a walk then starts below the deepest one that is cached.</summary>
    public CacheGeometry PagingStructures { get; init; }

    /// <summary>Not-present and faulty entries; they count only with <see cref="RemappingUnitOptions.CachingMode"/>, without which no unit may keep them.</summary>
    public CacheGeometry Refusals { get; init; }

    /// <summary>Who shares translations.</summary>
    public CacheTags Tags { get; init; } = CacheTags.ByDomain;

    /// <summary>Who makes room in a full set.</summary>
    public CacheReplacement Replacement { get; init; } = CacheReplacement.RoundRobin;

    /// <summary>Seed of <see cref="CacheReplacement.Random"/>: the same seed and the same requests evict the same entries.</summary>
    public int Seed { get; init; }

    /// <summary>What becomes of a request that a cached entry does not grant.</summary>
    public DeniedHit Denied { get; init; } = DeniedHit.WalksAgain;

    /// <summary>Whether each use of a cached entry is compared with what the tables in RAM say at that moment; <see cref="UnitCacheStatistics.StaleUses"/> counts differences.</summary>
    public bool DetectsStaleUse { get; init; }

    /// <summary>The greatest number of context entries: one for every source-id.</summary>
    internal const int MaxContextEntries = 65536;

    /// <summary>Refuses values that no cache can have.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message says which and what to write instead.</exception>
    internal void Check()
    {
        Pages4K.Check(nameof(Pages4K));
        Pages2M.Check(nameof(Pages2M));
        Pages1G.Check(nameof(Pages1G));
        PagingStructures.Check(nameof(PagingStructures));
        Refusals.Check(nameof(Refusals));
        Require(ContextEntries is >= 0 and <= MaxContextEntries, $"ContextEntries is {ContextEntries}; use 0 to {MaxContextEntries}.");
        Require(Enum.IsDefined(Tags), $"Tags is {Tags}; use ByDomain or BySource.");
        Require(Enum.IsDefined(Replacement), $"Replacement is {Replacement}; use RoundRobin, Random or LeastRecentlyUsed.");
        Require(Enum.IsDefined(Denied), $"Denied is {Denied}; use WalksAgain or Faults.");
        Require(Seed == 0 || Replacement == CacheReplacement.Random, $"Seed is {Seed} but Replacement is {Replacement}, which draws nothing; leave it 0 or use Random.");
    }

    /// <summary>Whether the lock-free caches can do what it says.</summary>
    /// <param name="unit">The unit's options: refusals count only with caching mode.</param>
    internal bool IsFast(RemappingUnitOptions unit) =>
        Tags == CacheTags.ByDomain && Replacement == CacheReplacement.RoundRobin && Denied == DeniedHit.WalksAgain && !DetectsStaleUse
        && ContextEntries is 0 or MaxContextEntries
        && PagingStructures.IsNone && (Refusals.IsNone || !unit.CachingMode)
        && IsFast(Pages4K) && IsFast(Pages2M) && IsFast(Pages1G);

    private static bool IsFast(CacheGeometry pages) => pages.IsNone || pages.Ways == IotlbSet.Ways;

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new ArgumentException($"A remapping unit cannot be made: {otherwise}");
    }
}
