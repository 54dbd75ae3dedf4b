using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>What the allocators know about the memory around a byte.</summary>
/// <param name="Memory">The block or object.</param>
/// <param name="Kind">What it is.</param>
/// <param name="AllocatedAt">The line that allocated it.</param>
/// <param name="FreedAt">The line that freed it last; unknown while it has never been freed.</param>
/// <param name="Status">Whether it is allocated now.</param>
/// <param name="TaskNumber">Number of the name of the task that allocated it; 0 for a slab object, which keeps none, and outside tasks.</param>
internal readonly record struct AllocationRecord(
    AddressRange<PhysAddr> Memory, FreedMemoryKind Kind, CallSite AllocatedAt, CallSite FreedAt, AllocationStatus Status, int TaskNumber);
