using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Pci;

/// <summary>The value of port 0xCF8, which names the dword that port 0xCFC reaches, and the same place in the memory window.</summary>
/// <remarks>The default value is disabled. Source: Linux <c>arch/x86/pci/direct.c</c> (<c>PCI_CONF1_ADDRESS</c>) and <c>mmconfig_64.c</c>.</remarks>
/// <param name="Value">Bit 31 enable, 23:16 bus, 15:8 device and function, 7:2 dword.</param>
public readonly record struct ConfigAddress(uint Value)
{
    /// <summary>The address port.</summary>
    public const ushort AddressPort = 0xcf8;

    /// <summary>First of the four data ports.</summary>
    public const ushort DataPort = 0xcfc;

    private const uint Enable = 1U << 31;

    /// <summary>Names a dword of a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="offset">Byte offset, 0 to 255; rounded down to its dword.</param>
    public ConfigAddress(Bdf function, int offset)
        : this(Enable | ((uint)function.Value << 8) | ((uint)offset & 0xfc))
    {
    }

    /// <summary>Whether the data ports reach configuration space at all.</summary>
    public bool IsEnabled => (Value & Enable) != 0;

    /// <summary>The function.</summary>
    public Bdf Function => new((ushort)(Value >> 8));

    /// <summary>Byte offset of the dword, 0 to 252.</summary>
    public int Offset => (int)(Value & 0xfc);

    /// <summary>Offset of a function's first configuration byte in the memory window (ECAM), in bytes.</summary>
    public static ulong WindowOffset(Bdf function) => (ulong)function.Value << 12;
}
