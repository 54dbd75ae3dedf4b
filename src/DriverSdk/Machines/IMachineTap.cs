using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Machines;

/// <summary>Stands between kernel and hardware, to write down what passes.</summary>
internal interface IMachineTap
{
    /// <summary>Takes the place of the CPUs' interrupt inputs.</summary>
    IInterruptSink TapInterrupts(IInterruptSink cpus);

    /// <summary>Takes the place of the bus.</summary>
    ICpuBus TapBus(PhysicalMemory ram, ICpuBus bus);
}
