namespace DriverSdk.Kernel.Iommu;

/// <summary>Where a device's IOVAs are looked for first.</summary>
/// <remarks>Some PCI devices claim 64 address bits and drive 32, so the kernel stays low as long as it can. Source: facts/linux.md 4.4.</remarks>
internal enum IovaPreference
{
    /// <summary>Below 4 GiB until that has once failed.</summary>
    Below4GiB,

    /// <summary>Up to the device's mask.</summary>
    Anywhere,
}
