using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;

namespace DriverSdk.Hardware.Iommu;

/// <summary>How a table walk ended.</summary>
/// <param name="Reason">Why it was refused, or <see cref="FaultReason.None"/>.</param>
/// <param name="Page">The page's first byte.</param>
/// <param name="Level">The level of the leaf, which gives the page's size.</param>
/// <param name="Granted">What all levels together allow.</param>
internal readonly record struct WalkResult(FaultReason Reason, PhysAddr Page, int Level, IommuAccess Granted)
{
    /// <summary>A refused walk.</summary>
    public static WalkResult Refused(FaultReason reason) => new(reason, default, 0, IommuAccess.None);
}
