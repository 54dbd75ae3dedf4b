using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Qtest.Machines;

namespace DriverSdk.Qtest.Pci;

/// <summary>The <c>edu</c> device, which both machines have: a 4 KiB buffer that it fills from memory or writes there by DMA. The buffer has no other door.</summary>
public sealed class EduDevice
{
    /// <summary>Bytes one transfer may have: QEMU 7.2 ends when a transfer reaches the buffer's last byte, so that byte is never used.</summary>
    public const int LargestTransferBytes = 4095;

    /// <summary>The size of its only BAR.</summary>
    public const ulong BarBytes = 1 << 20;

    private const ushort Vendor = 0x1234;
    private const ushort Device = 0x11e8;
    private const ulong BufferAddress = 0x4_0000;
    private const ulong RaiseRegister = 0x60;
    private const ulong AcknowledgeRegister = 0x64;
    private const ulong InterruptStatusRegister = 0x24;
    private const ulong SourceRegister = 0x80;
    private const ulong DestinationRegister = 0x88;
    private const ulong CountRegister = 0x90;
    private const ulong CommandRegister = 0x98;
    private const ulong Start = 1;
    private const ulong ToMemory = 2;

    private readonly QtestMachine _machine;
    private readonly PhysAddr _registers;

    /// <summary>Places the device's registers and switches it on.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="function">The device's function.</param>
    /// <param name="registers">Where its BAR goes: a multiple of 1 MiB in the machine's window for devices.</param>
    /// <exception cref="InvalidOperationException">The function is no edu device.</exception>
    public EduDevice(QtestMachine machine, PciFunction function, PhysAddr registers)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(function);
        if ((function.VendorId, function.DeviceId) != (Vendor, Device))
            throw new InvalidOperationException($"{function.Address} is {function.VendorId:x4}:{function.DeviceId:x4}, and an edu device is {Vendor:x4}:{Device:x4}; look at the machine's options.");
        (_machine, _registers, Function) = (machine, registers, function);
        function.PlaceBar(0, registers);
        function.SetCommand(PciCommand.MemorySpace | PciCommand.BusMaster);
    }

    /// <summary>The device's function.</summary>
    public PciFunction Function { get; }

    /// <summary>The device's interrupt bits that are set.</summary>
    public uint InterruptStatus => _machine.Client.Read32(_registers + InterruptStatusRegister);

    /// <summary>Reads a register below 0x80.</summary>
    public uint ReadRegister(ulong offset) => _machine.Client.Read32(_registers + offset);

    /// <summary>Writes a register below 0x80.</summary>
    public void WriteRegister(ulong offset, uint value) => _machine.Client.Write32(_registers + offset, value);

    /// <summary>Reads memory into the buffer and waits until the device is done; a refused read ends like a granted one.</summary>
    /// <param name="source">Where the device reads.</param>
    /// <param name="bufferOffset">Where in the buffer the bytes go.</param>
    /// <param name="lengthBytes">At least 1, and with <paramref name="bufferOffset"/> at most <see cref="LargestTransferBytes"/>.</param>
    public void ReadMemory(Iova source, int bufferOffset, int lengthBytes) =>
        Transfer(source.Value, BufferAddress + Checked(bufferOffset, lengthBytes), lengthBytes, Start);

    /// <summary>Writes a part of the buffer to memory and waits until the device is done.</summary>
    /// <param name="destination">Where the device writes.</param>
    /// <param name="bufferOffset">Where in the buffer the bytes come from.</param>
    /// <param name="lengthBytes">As for <see cref="ReadMemory"/>.</param>
    public void WriteMemory(Iova destination, int bufferOffset, int lengthBytes) =>
        Transfer(BufferAddress + Checked(bufferOffset, lengthBytes), destination.Value, lengthBytes, Start | ToMemory);

    /// <summary>Raises the device's interrupt: with MSI enabled, it sends its message.</summary>
    /// <param name="bits">The bits to set in its interrupt status; not 0.</param>
    public void RaiseInterrupt(uint bits) => WriteRegister(RaiseRegister, bits);

    /// <summary>Clears bits of the interrupt status.</summary>
    public void AcknowledgeInterrupt(uint bits) => WriteRegister(AcknowledgeRegister, bits);

    private static ulong Checked(int bufferOffset, int lengthBytes) =>
        bufferOffset >= 0 && lengthBytes > 0 && bufferOffset + lengthBytes <= LargestTransferBytes
            ? (ulong)bufferOffset
            : throw new ArgumentOutOfRangeException(nameof(lengthBytes), lengthBytes,
                $"A transfer of {lengthBytes} bytes at offset {bufferOffset} does not fit: offset and length together are 1 to {LargestTransferBytes}.");

    private void Transfer(ulong source, ulong destination, int lengthBytes, ulong command)
    {
        _machine.Client.StartBatch().Write64(_registers + SourceRegister, source).Write64(_registers + DestinationRegister, destination)
            .Write64(_registers + CountRegister, (ulong)lengthBytes).Write64(_registers + CommandRegister, command).Run();
        _machine.WaitUntil(() => (_machine.Client.Read64(_registers + CommandRegister) & Start) == 0, $"edu {Function.Address} to end its transfer");
    }
}
