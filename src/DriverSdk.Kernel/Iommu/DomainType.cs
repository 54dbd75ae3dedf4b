namespace DriverSdk.Kernel.Iommu;

/// <summary>What a domain does with requests. Linux: <c>IOMMU_DOMAIN_BLOCKED</c> and its siblings, facts/linux.md 5.1.</summary>
internal enum DomainType
{
    /// <summary>Refuses every request.</summary>
    Blocked = 0,

    /// <summary>Translates by tables that somebody else than the DMA API fills.</summary>
    Unmanaged,

    /// <summary>Translates for the DMA API, strictly: an unmap is an invalidation.</summary>
    Dma,

    /// <summary>Lets every request through at its physical address.</summary>
    Identity,
}
