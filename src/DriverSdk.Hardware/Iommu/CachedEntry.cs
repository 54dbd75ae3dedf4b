using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;

namespace DriverSdk.Hardware.Iommu;

/// <summary>A table entry as a cache keeps it: a leaf, a table, or one that refuses.</summary>
/// <param name="Domain">The domain through which it was reached; invalidations name it, whatever it is tagged by.</param>
/// <param name="Target">The page or the table below; nothing in a refusal.</param>
/// <param name="Granted">What it and the levels above allow.</param>
/// <param name="Reason">What is wrong with it besides the permission, if anything.</param>
internal readonly record struct CachedEntry(DomainId Domain, PhysAddr Target, IommuAccess Granted, FaultReason Reason = FaultReason.None);
