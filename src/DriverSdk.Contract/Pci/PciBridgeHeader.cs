namespace DriverSdk.Contract.Pci;

/// <summary>Byte offsets that a type 1 header (bridge) has in place of the endpoint's, and the layout of its windows.</summary>
/// <remarks>
/// A window reaches from base to limit, both inclusive; a limit below the base closes it. Source: Linux <c>pci_regs.h</c>, <c>PCI_PRIMARY_BUS</c> to <c>PCI_BRIDGE_CONTROL</c>.
/// </remarks>
public static class PciBridgeHeader
{
    /// <summary>Bus on the upstream side, 8 bits.</summary>
    public const int PrimaryBus = 0x18;

    /// <summary>Bus directly below, 8 bits; a configuration request for it is turned from type 1 into type 0.</summary>
    public const int SecondaryBus = 0x19;

    /// <summary>Highest bus anywhere below, 8 bits.</summary>
    public const int SubordinateBus = 0x1a;

    /// <summary>Base of the memory window, 16 bits: bits 15:4 are address bits 31:20.</summary>
    public const int MemoryBase = 0x20;

    /// <summary>Limit of the memory window, 16 bits: bits 15:4 are address bits 31:20 of the last megabyte.</summary>
    public const int MemoryLimit = 0x22;

    /// <summary>Base of the prefetchable window, 16 bits: address bits 31:20 in 15:4, bit 0 says that it is 64 bits wide.</summary>
    public const int PrefetchableBase = 0x24;

    /// <summary>Limit of the prefetchable window, 16 bits, laid out as its base.</summary>
    public const int PrefetchableLimit = 0x26;

    /// <summary>Address bits 63:32 of the prefetchable base, 32 bits.</summary>
    public const int PrefetchableBaseUpper = 0x28;

    /// <summary>Address bits 63:32 of the prefetchable limit, 32 bits.</summary>
    public const int PrefetchableLimitUpper = 0x2c;

    /// <summary>Bridge control, 16 bits.</summary>
    public const int BridgeControl = 0x3e;

    /// <summary>Bit of <see cref="BridgeControl"/>: everything below is held in reset; setting it resets all functions there.</summary>
    public const ushort SecondaryBusReset = 0x0040;

    /// <summary>Value in bits 3:0 of a prefetchable base and limit that are 64 bits wide.</summary>
    public const ushort Prefetchable64 = 0x0001;

    /// <summary>Address bits in a 16-bit base or limit.</summary>
    public const ushort WindowAddressBits = 0xfff0;

    /// <summary>A 16-bit base or limit shifted left by this gives the byte address.</summary>
    public const int WindowShift = 16;

    /// <summary>Granularity of a window, in bytes: 1 MiB.</summary>
    public const ulong WindowGranuleBytes = 1UL << 20;

    /// <summary>BARs in a type 1 header.</summary>
    public const int BarCount = 2;
}
