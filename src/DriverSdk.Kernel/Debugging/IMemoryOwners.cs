using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Debugging;

/// <summary>Who allocated a piece of memory; asked only once a violation is certain. Linux: page_owner.</summary>
internal interface IMemoryOwners
{
    /// <summary>Where the object or page block that holds <paramref name="address"/> was allocated, or the default site.</summary>
    CallSite AllocatedAt(PhysAddr address);
}
