namespace DriverSdk.Hardware.Iommu;

/// <summary>What one cache has done since the unit was made.</summary>
/// <param name="Hits">Look-ups that it answered.</param>
/// <param name="Misses">Look-ups that went to memory for what it would have held.</param>
/// <param name="Fills">Entries put in, those that replaced an entry for the same place included.</param>
/// <param name="Evictions">Entries that made room for others.</param>
/// <param name="Invalidated">Entries that invalidations dropped.</param>
public readonly record struct CacheStatistics(long Hits, long Misses, long Fills, long Evictions, long Invalidated)
{
    /// <summary>What two caches have done together.</summary>
    public static CacheStatistics operator +(CacheStatistics left, CacheStatistics right) => new(
        left.Hits + right.Hits, left.Misses + right.Misses, left.Fills + right.Fills, left.Evictions + right.Evictions, left.Invalidated + right.Invalidated);
}
