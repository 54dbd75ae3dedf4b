using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Nobody watches.</summary>
internal readonly struct NoWalkObserver : IWalkObserver
{
    /// <inheritdoc/>
    public void Pass(int level, PhysAddr table, IommuAccess granted)
    {
    }
}
