namespace DriverSdk.Hardware.Iommu;

/// <summary>What a remapping unit has done since it was made. Taken while requesters run, it is exact per counter but not one instant.</summary>
/// <param name="IotlbHits">Translations found in the IOTLB.</param>
/// <param name="TableWalks">Page-table walks, which are the IOTLB's misses; refused walks included.</param>
/// <param name="PassedThrough">Requests that a pass-through context let go untranslated.</param>
/// <param name="ContextReads">Context entries read from memory, which are the context cache's misses.</param>
/// <param name="Faults">Refused requests, whether or not a record was free for them.</param>
/// <param name="ContextInvalidations">Context-cache invalidations done.</param>
/// <param name="IotlbInvalidations">IOTLB invalidations done.</param>
public readonly record struct RemappingStatistics(
    long IotlbHits,
    long TableWalks,
    long PassedThrough,
    long ContextReads,
    long Faults,
    long ContextInvalidations,
    long IotlbInvalidations)
{
    /// <summary>Each cache by itself.</summary>
    public UnitCacheStatistics Caches { get; init; }
}
