using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Machines;
using DriverSdk.Replay;

namespace DriverSdk.Tests.Replay;

/// <summary>Puts a recorder between the kernel and the hardware of a machine.</summary>
internal sealed class RecordingTap(Recorder recorder) : IMachineTap
{
    private IInterruptSink? _cpus;

    public PhysicalMemory? Ram { get; private set; }

    public IInterruptSink TapInterrupts(IInterruptSink cpus)
    {
        _cpus = cpus;
        return recorder;
    }

    public ICpuBus TapBus(PhysicalMemory ram, ICpuBus bus)
    {
        Ram = ram;
        recorder.Connect(ram, bus, _cpus!);
        return recorder;
    }
}
