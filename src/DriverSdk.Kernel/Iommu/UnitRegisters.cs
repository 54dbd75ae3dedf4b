using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The remapping unit's registers, as the driver reads and writes them over the bus.</summary>
internal sealed class UnitRegisters
{
    // One-shot bits read back as status; writing them again would repeat the command. Source: facts/vtd.md 1.
    private const GlobalCommand OneShot =
        GlobalCommand.SetRootTablePointer | GlobalCommand.SetFaultLog | GlobalCommand.WriteBufferFlush | GlobalCommand.SetInterruptTablePointer;

    private readonly ICpuBus _bus;
    private readonly PhysAddr _base;

    public UnitRegisters(ICpuBus bus, PhysAddr registers)
    {
        _bus = bus;
        _base = registers;
        Capability = new Capability(Read64(RegisterOffsets.Capability));
        ExtendedCapability = new ExtendedCapability(Read64(RegisterOffsets.ExtendedCapability));
    }

    public Capability Capability { get; }

    public ExtendedCapability ExtendedCapability { get; }

    public uint Read32(ulong offset) => (uint)_bus.ReadMmio(_base + offset, AccessWidth.DoubleWord);

    public ulong Read64(ulong offset) => _bus.ReadMmio(_base + offset, AccessWidth.QuadWord);

    public void Write32(ulong offset, uint value) => _bus.WriteMmio(_base + offset, value, AccessWidth.DoubleWord);

    public void Write64(ulong offset, ulong value) => _bus.WriteMmio(_base + offset, value, AccessWidth.QuadWord);

    /// <summary>Gives one command, as one bit that changes, and waits until the status shows it.</summary>
    public void Command(GlobalCommand command)
    {
        var inEffect = (GlobalCommand)Read32(RegisterOffsets.GlobalStatus) & ~OneShot;
        Write32(RegisterOffsets.GlobalCommand, (uint)(inEffect | command));
        var settled = command == GlobalCommand.WriteBufferFlush ? GlobalCommand.None : command;
        WaitUntil(RegisterOffsets.GlobalStatus, (uint)command, (uint)settled, command.ToString());
    }

    /// <summary>Waits until the masked bits of a 32-bit register have a value.</summary>
    public void WaitUntil(ulong offset, uint mask, uint value, string what)
    {
        var patience = new Patience(what);
        while ((Read32(offset) & mask) != value)
            patience.Wait();
    }
}
