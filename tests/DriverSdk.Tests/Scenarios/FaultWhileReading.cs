using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Lets something happen once, right before the kernel gives its first fault record back.</summary>
internal sealed class FaultWhileReading(Action happens) : IMachineTap, ICpuBus
{
    private static readonly AddressRange<PhysAddr> Unit = new(new PhysAddr(0xFED9_0000), 4096);

    private ICpuBus? _bus;
    private bool _armed;

    public void Arm() => _armed = true;

    public IInterruptSink TapInterrupts(IInterruptSink cpus) => cpus;

    public ICpuBus TapBus(PhysicalMemory ram, ICpuBus bus)
    {
        _bus = bus;
        return this;
    }

    public ulong ReadMmio(PhysAddr address, AccessWidth width) => _bus!.ReadMmio(address, width);

    public void WriteMmio(PhysAddr address, ulong value, AccessWidth width)
    {
        // Once armed, the kernel writes to the unit for one thing only: the F bit of a record.
        if (_armed && Unit.Contains(address))
        {
            _armed = false;
            happens();
        }

        _bus!.WriteMmio(address, value, width);
    }

    public uint ReadPort(ushort port, AccessWidth width) => _bus!.ReadPort(port, width);

    public void WritePort(ushort port, uint value, AccessWidth width) => _bus!.WritePort(port, value, width);
}
