namespace DriverSdk.Sanitizer;

/// <summary>How the sanitizer watches DMA mappings.</summary>
public enum DmaChecks
{
    /// <summary>Not at all: what is left costs one load and one branch not taken per hook.</summary>
    Off,

    /// <summary>Byte-exact: every mapping, every page state, every piece of memory that is freed.</summary>
    Exact,

    /// <summary>As Linux's IOMMU_DEBUG_PAGEALLOC counts: one counter per page, summed over all domains, looked at when a page is allocated or freed.</summary>
    GranuleCounts,
}
