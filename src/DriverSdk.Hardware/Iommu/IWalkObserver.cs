using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Learns of the non-leaf entries that a walk passes; a struct that does nothing costs nothing.</summary>
internal interface IWalkObserver
{
    /// <summary>A present non-leaf entry without reserved bits was read.</summary>
    /// <param name="level">The entry's level, at least 1.</param>
    /// <param name="table">The table it points to.</param>
    /// <param name="granted">What it and the levels above allow.</param>
    void Pass(int level, PhysAddr table, IommuAccess granted);
}
