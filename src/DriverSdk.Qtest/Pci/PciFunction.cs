using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Pci;

namespace DriverSdk.Qtest.Pci;

/// <summary>One PCI function, set up by the client as firmware would do it.</summary>
/// <param name="config">The way to its configuration space.</param>
/// <param name="address">Where it stands.</param>
public sealed class PciFunction(PciConfig config, Bdf address)
{
    /// <summary>Where it stands: also the source id of its requests.</summary>
    public Bdf Address => address;

    /// <summary>Who made it.</summary>
    public ushort VendorId => config.Read16(address, PciHeader.VendorId);

    /// <summary>What it is, among its maker's devices.</summary>
    public ushort DeviceId => config.Read16(address, PciHeader.DeviceId);

    /// <summary>Bytes of a memory BAR, found by writing ones; 0 when there is none. Call it before the function decodes memory.</summary>
    public ulong MeasureBar(int bar)
    {
        var register = BarRegister(bar);
        var old = config.Read32(address, register);
        config.Write32(address, register, uint.MaxValue);
        var sized = config.Read32(address, register) & PciBarBits.MemoryAddressMask;
        config.Write32(address, register, old);
        return sized == 0 ? 0 : (ulong)(~sized) + 1;
    }

    /// <summary>Places a memory BAR; the upper half of a 64-bit one becomes what the address needs.</summary>
    public void PlaceBar(int bar, PhysAddr start)
    {
        var register = BarRegister(bar);
        var wide = (config.Read32(address, register) & PciBarBits.WidthMask) == PciBarBits.Width64;
        config.Write32(address, register, (uint)start.Value);
        if (wide)
            config.Write32(address, register + 4, (uint)(start.Value >> 32));
    }

    /// <summary>Sets the command register.</summary>
    public void SetCommand(PciCommand command) => config.Write32(address, PciHeader.Command, (uint)command);

    /// <summary>The offset of a capability, or null.</summary>
    public int? FindCapability(PciCapabilityId id)
    {
        var offset = config.Read16(address, PciHeader.CapabilityPointer) & 0xfc;
        for (var hops = 0; offset != 0 && hops < 48; hops++)
        {
            var head = config.Read16(address, offset);
            if ((byte)head == (byte)id)
                return offset;
            offset = (head >> 8) & 0xfc;
        }

        return null;
    }

    /// <summary>Makes the function send one message for its interrupt (MSI, one vector).</summary>
    /// <exception cref="InvalidOperationException">It has no MSI capability.</exception>
    public void EnableMsi(InterruptMessage message)
    {
        var msi = FindCapability(PciCapabilityId.Msi) ?? throw new InvalidOperationException($"{address} has no MSI capability; choose a device that has one.");
        var control = config.Read16(address, msi + MsiLayout.Control);
        config.Write32(address, msi + MsiLayout.AddressLow, (uint)message.Address.Value);
        var data = MsiLayout.AddressHigh;
        if ((control & MsiLayout.Address64) != 0)
        {
            config.Write32(address, msi + MsiLayout.AddressHigh, (uint)(message.Address.Value >> 32));
            data = MsiLayout.Data;
        }

        config.Write16(address, msi + data, (ushort)message.Data);
        config.Write16(address, msi + MsiLayout.Control, (ushort)((control & ~MsiLayout.EnabledMask) | MsiLayout.Enable));
    }

    private static int BarRegister(int bar) =>
        (uint)bar < PciHeader.EndpointBarCount
            ? PciHeader.Bar0 + (4 * bar)
            : throw new ArgumentOutOfRangeException(nameof(bar), bar, $"A function has BARs 0 to {PciHeader.EndpointBarCount - 1}.");
}
