using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>A range of a device's addresses that nobody may map at will. Linux: <c>struct iommu_resv_region</c>.</summary>
/// <param name="Range">The range.</param>
/// <param name="Type">Why.</param>
internal readonly record struct ReservedRegion(AddressRange<Iova> Range, ReservedRegionType Type);
