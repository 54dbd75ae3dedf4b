using DriverSdk.Contract.Addressing;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Where a table walk begins: at the top, or below a non-leaf entry that is already known.</summary>
/// <param name="Table">The first table to read.</param>
/// <param name="Level">Its level; 0 holds 4 KiB leaves.</param>
/// <param name="Granted">What the levels above allow.</param>
internal readonly record struct WalkStart(PhysAddr Table, int Level, IommuAccess Granted);
