namespace DriverSdk.Kernel.Iommu;

/// <summary>What the kernel puts a device into at boot, and again whenever a driver takes it. Linux: <c>iommu.passthrough</c>.</summary>
public enum DefaultDomain
{
    /// <summary>A domain of its own in which only what its driver maps can be reached.</summary>
    Dma = 0,

    /// <summary>No translation: the device uses physical addresses. A unit that cannot pass requests through gives a domain of its own instead.</summary>
    Identity,
}
