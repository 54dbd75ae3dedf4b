using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Where page tables and queues get their pages from.</summary>
internal interface ITablePages
{
    /// <summary>Takes a zeroed page; never sleeps.</summary>
    bool TryAllocate(out PhysAddr page);

    /// <summary>Gives a page back that no walk can reach any more.</summary>
    void Free(PhysAddr page);
}
