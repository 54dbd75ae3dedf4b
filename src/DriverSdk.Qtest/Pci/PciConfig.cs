using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;

namespace DriverSdk.Qtest.Pci;

/// <summary>PCI configuration space as the CPU reaches it: through ports 0xCF8 and 0xCFC at first, through the memory window once it is switched on.</summary>
/// <param name="client">The machine.</param>
public sealed class PciConfig(QtestClient client)
{
    private const int WindowRegister = 0x60;
    private const uint WindowEnable = 1;
    private const ushort Nobody = 0xffff;

    private PhysAddr? _window;

    /// <summary>The host bridge of a q35, whose register 0x60 (PCIEXBAR) places the memory window.</summary>
    public static Bdf HostBridge => new(0, 0, 0);

    /// <summary>Places the memory window and uses it from now on.</summary>
    /// <param name="window">A multiple of 256 MiB below 4 GiB, the window's size for 256 buses.</param>
    public void UseWindow(PhysAddr window)
    {
        Write32(HostBridge, WindowRegister + 4, 0);
        Write32(HostBridge, WindowRegister, (uint)window.Value | WindowEnable);
        _window = window;
    }

    /// <summary>Reads 32 bits.</summary>
    /// <param name="function">The function.</param>
    /// <param name="offset">A multiple of 4, below 256 through the ports and below 4096 through the window.</param>
    public uint Read32(Bdf function, int offset)
    {
        if (_window is { } window)
            return client.Read32(InWindow(window, function, offset));
        client.OutDoubleWord(ConfigAddress.AddressPort, new ConfigAddress(function, InPorts(offset)).Value);
        return client.InDoubleWord(ConfigAddress.DataPort);
    }

    /// <summary>Writes 32 bits; <paramref name="offset"/> as for <see cref="Read32"/>.</summary>
    public void Write32(Bdf function, int offset, uint value)
    {
        if (_window is { } window)
        {
            client.Write32(InWindow(window, function, offset), value);
            return;
        }

        client.OutDoubleWord(ConfigAddress.AddressPort, new ConfigAddress(function, InPorts(offset)).Value);
        client.OutDoubleWord(ConfigAddress.DataPort, value);
    }

    /// <summary>Reads 16 bits at an even offset.</summary>
    public ushort Read16(Bdf function, int offset) => (ushort)(Read32(function, offset & ~3) >> (8 * (offset & 2)));

    /// <summary>Writes 16 bits at an even offset, leaving the other half as it reads: not for halves with bits that a write clears.</summary>
    public void Write16(Bdf function, int offset, ushort value)
    {
        var shift = 8 * (offset & 2);
        var old = Read32(function, offset & ~3);
        Write32(function, offset & ~3, (old & ~(0xffffU << shift)) | ((uint)value << shift));
    }

    /// <summary>The functions of one bus, in order.</summary>
    public IReadOnlyList<PciFunction> Enumerate(int bus)
    {
        var found = new List<PciFunction>();
        for (var device = 0; device < 32; device++)
        {
            var functions = 1;
            for (var number = 0; number < functions; number++)
            {
                var function = new Bdf(bus, device, number);
                if (Read16(function, PciHeader.VendorId) == Nobody)
                    continue;
                if (number == 0 && ((Read16(function, PciHeader.HeaderType) & PciHeader.MultiFunction) != 0))
                    functions = 8;
                found.Add(new PciFunction(this, function));
            }
        }

        return found;
    }

    private static PhysAddr InWindow(PhysAddr window, Bdf function, int offset) => window + ConfigAddress.WindowOffset(function) + (ulong)Aligned(offset, PciHeader.ExtendedBytes);

    private static int InPorts(int offset) => Aligned(offset, PciHeader.ConventionalBytes);

    private static int Aligned(int offset, int end) =>
        (offset & 3) == 0 && (uint)offset < (uint)end
            ? offset
            : throw new ArgumentOutOfRangeException(nameof(offset), offset, $"A configuration offset is a multiple of 4 below {end} here.");
}
