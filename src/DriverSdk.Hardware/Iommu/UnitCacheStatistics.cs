namespace DriverSdk.Hardware.Iommu;

/// <summary>What each cache of a remapping unit has done since it was made.</summary>
/// <remarks>A walk counts as a miss once: at the page size it found, or at <see cref="Refusals"/> when it was refused, whether or not these are cached.</remarks>
public readonly record struct UnitCacheStatistics
{
    /// <summary>The context cache.</summary>
    public CacheStatistics Context { get; init; }

    /// <summary>The IOTLB's 4 KiB translations.</summary>
    public CacheStatistics Pages4K { get; init; }

    /// <summary>The IOTLB's 2 MiB translations.</summary>
    public CacheStatistics Pages2M { get; init; }

    /// <summary>The IOTLB's 1 GiB translations.</summary>
    public CacheStatistics Pages1G { get; init; }

    /// <summary>Non-leaf entries of all levels. A hit is a walk that began at one, a miss a walk that began at the top although there is such a cache.</summary>
    public CacheStatistics PagingStructures { get; init; }

    /// <summary>Not-present and faulty entries below the context entry.</summary>
    public CacheStatistics Refusals { get; init; }

    /// <summary>Uses of a cached entry that differed from RAM; zero unless <see cref="CachePolicy.DetectsStaleUse"/>.</summary>
    public long StaleUses { get; init; }

    /// <summary>What the caches of two requesters or units have done together.</summary>
    public static UnitCacheStatistics operator +(UnitCacheStatistics left, UnitCacheStatistics right) => new()
    {
        Context = left.Context + right.Context,
        Pages4K = left.Pages4K + right.Pages4K,
        Pages2M = left.Pages2M + right.Pages2M,
        Pages1G = left.Pages1G + right.Pages1G,
        PagingStructures = left.PagingStructures + right.PagingStructures,
        Refusals = left.Refusals + right.Refusals,
        StaleUses = left.StaleUses + right.StaleUses,
    };
}
