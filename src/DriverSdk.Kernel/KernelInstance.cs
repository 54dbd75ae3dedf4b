using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel;

/// <summary>One running kernel: what drivers reach through their device. Many machines, each with a kernel of its own, live in one process.</summary>
[AnyContext]
public sealed class KernelInstance
{
    internal KernelInstance(PhysicalMemory ram, ICpuBus bus, BootInformation boot)
    {
        Ram = ram;
        Bus = bus;
        Boot = boot;
    }

    /// <summary>The source places that reports name.</summary>
    public CallSiteTable CallSites { get; } = new();

    internal PhysicalMemory Ram { get; }

    internal ICpuBus Bus { get; }

    internal BootInformation Boot { get; }
}
