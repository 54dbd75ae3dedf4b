using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Debugging;

/// <summary>What the checks ask of an address space for devices, so that they need not know what it is.</summary>
internal interface IMappedAddresses
{
    /// <summary>Where an IOVA leads; false when nothing is mapped there. Linux: <c>iommu_iova_to_phys()</c>.</summary>
    bool TryTranslate(Iova address, out PhysAddr physical);
}
