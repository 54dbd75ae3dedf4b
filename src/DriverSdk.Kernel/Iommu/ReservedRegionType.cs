namespace DriverSdk.Kernel.Iommu;

/// <summary>Why a range of a device's addresses is not free. Linux: <c>enum iommu_resv_type</c>.</summary>
internal enum ReservedRegionType
{
    /// <summary>Firmware uses it by DMA: mapped 1:1 in every default domain, and a device that has one can never be blocked.</summary>
    Direct = 0,

    /// <summary>Something else answers there.</summary>
    Reserved,

    /// <summary>A write there is an interrupt and is never translated.</summary>
    Msi,
}
