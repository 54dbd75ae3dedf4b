using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Where tasks get their kernel stacks; the memory room implements it.</summary>
internal interface ITaskStacks
{
    /// <summary>Reserves a stack.</summary>
    AddressRange<KernelAddr> Allocate(string taskName);

    /// <summary>Gives it back when the task has ended.</summary>
    void Free(AddressRange<KernelAddr> stack);
}
