namespace DriverSdk.Kernel.Debugging;

/// <summary>What the DMA checks count.</summary>
internal enum DmaCheckMode
{
    /// <summary>Mappings of the DMA API, byte-exact, with page states decided under one lock per stripe.</summary>
    Exact,

    /// <summary>Granules of every IOMMU domain, as Linux's IOMMU_DEBUG_PAGEALLOC counts them. Source: facts/linux.md 1.3.</summary>
    GranuleCounts,
}
