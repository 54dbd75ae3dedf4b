using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Pci;

/// <summary>One PCI function as its driver holds it. Linux: <c>struct pci_dev</c>.</summary>
public sealed partial class PciDevice : Device
{
    private readonly PciConfig _config;
    private readonly PciBar[] _bars;

    internal PciDevice(KernelInstance kernel, Bdf location, PciConfig config, PciBar[] bars)
        : base(kernel, $"0000:{location}")
    {
        Location = location;
        _config = config;
        _bars = bars;
        VendorId = config.Read16(PciHeader.VendorId);
        DeviceId = config.Read16(PciHeader.DeviceId);
        ClassCode = config.Read32(PciHeader.RevisionId) >> 8;
    }

    /// <summary>Bus, device and function: also the requester id of its DMA.</summary>
    [AnyContext]
    public Bdf Location { get; }

    /// <summary>Vendor id.</summary>
    [AnyContext]
    public ushort VendorId { get; }

    /// <summary>Device id.</summary>
    [AnyContext]
    public ushort DeviceId { get; }

    /// <summary>Class in bits 23:16, subclass in 15:8, programming interface in 7:0.</summary>
    [AnyContext]
    public uint ClassCode { get; }

    /// <summary>The driver that holds the function, or null.</summary>
    [AnyContext]
    public PciDriver? Driver { get; private set; }

    /// <summary>Whatever the driver keeps for this function. Linux: <c>pci_set_drvdata()</c>.</summary>
    [AnyContext]
    public object? DriverData { get; set; }

    /// <summary>Lets the function answer at its memory BARs. Linux: <c>pci_enable_device_mem()</c>.</summary>
    [MaySleep]
    public Errno EnableDevice([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.EnableDevice", file, line);
        if (_bars.Any(bar => bar.Range.IsEmpty))
            return Errno.NoSpace;
        _config.UpdateCommand(PciCommand.MemorySpace, PciCommand.None);
        return Errno.Success;
    }

    /// <summary>Stops the function from answering at its BARs and from DMA. Linux: <c>pci_disable_device()</c>.</summary>
    [MaySleep]
    public void DisableDevice([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.DisableDevice", file, line);
        _config.UpdateCommand(PciCommand.None, PciCommand.MemorySpace | PciCommand.BusMaster);
    }

    /// <summary>Lets the function read and write memory. Linux: <c>pci_set_master()</c>.</summary>
    [AnyContext]
    public void SetMaster() => _config.UpdateCommand(PciCommand.BusMaster, PciCommand.None);

    /// <summary>Stops the function's DMA and its message interrupts; a handler that finds its device gone wild may call it. Linux: <c>pci_clear_master()</c>.</summary>
    [AnyContext]
    public void ClearMaster() => _config.UpdateCommand(PciCommand.None, PciCommand.BusMaster);

    /// <summary>The registers behind a BAR. Linux: <c>pci_iomap()</c>.</summary>
    /// <param name="index">BAR number, 0 to 5.</param>
    /// <param name="region">The registers.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>False when the function has no such memory BAR or it was given no address.</returns>
    [MaySleep]
    public bool TryMapBar(int index, out MmioRegion region, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("PciDevice.TryMapBar", file, line);
        foreach (var bar in _bars)
        {
            if (bar.Index != index || bar.Range.IsEmpty)
                continue;
            region = new MmioRegion(Kernel.Bus, bar.Range);
            return true;
        }

        region = default;
        return false;
    }

    /// <summary>Reads 8 bits of configuration space. Linux: <c>pci_read_config_byte()</c>.</summary>
    /// <param name="offset">0 to 4095.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is too large.</exception>
    [AnyContext]
    public byte ReadConfig8(int offset) => _config.Read8(CheckedOffset(offset, sizeof(byte)));

    /// <summary>Reads 16 bits of configuration space. Linux: <c>pci_read_config_word()</c>.</summary>
    /// <param name="offset">A multiple of 2, 0 to 4094.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or too large.</exception>
    [AnyContext]
    public ushort ReadConfig16(int offset) => _config.Read16(CheckedOffset(offset, sizeof(ushort)));

    /// <summary>Reads 32 bits of configuration space. Linux: <c>pci_read_config_dword()</c>.</summary>
    /// <param name="offset">A multiple of 4, 0 to 4092.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or too large.</exception>
    [AnyContext]
    public uint ReadConfig32(int offset) => _config.Read32(CheckedOffset(offset, sizeof(uint)));

    /// <summary>Writes 8 bits of configuration space. Linux: <c>pci_write_config_byte()</c>.</summary>
    /// <param name="offset">0 to 4095.</param>
    /// <param name="value">The value; read-only bits keep theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is too large.</exception>
    [AnyContext]
    public void WriteConfig8(int offset, byte value) => _config.Write8(CheckedOffset(offset, sizeof(byte)), value);

    /// <summary>Writes 16 bits of configuration space, as the command register needs it beside the status register's write-one-to-clear bits. Linux: <c>pci_write_config_word()</c>.</summary>
    /// <param name="offset">A multiple of 2, 0 to 4094.</param>
    /// <param name="value">The value; read-only bits keep theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or too large.</exception>
    [AnyContext]
    public void WriteConfig16(int offset, ushort value) => _config.Write16(CheckedOffset(offset, sizeof(ushort)), value);

    /// <summary>Writes 32 bits of configuration space. Linux: <c>pci_write_config_dword()</c>.</summary>
    /// <param name="offset">A multiple of 4, 0 to 4092.</param>
    /// <param name="value">The value; read-only bits keep theirs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or too large.</exception>
    [AnyContext]
    public void WriteConfig32(int offset, uint value) => _config.Write32(CheckedOffset(offset, sizeof(uint)), value);

    private static int CheckedOffset(int offset, int widthBytes) =>
        (offset & (widthBytes - 1)) == 0 && (uint)offset < PciHeader.ExtendedBytes
            ? offset
            : throw new ArgumentOutOfRangeException(nameof(offset), offset,
                $"A {widthBytes}-byte access to configuration space needs a multiple of {widthBytes} from 0 to {PciHeader.ExtendedBytes - widthBytes}.");
}
