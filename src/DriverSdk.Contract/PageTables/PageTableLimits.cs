using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.PageTables;

/// <summary>What the unit's capabilities take away from the format: address bits it does not have, and leaf sizes it does not know.</summary>
internal readonly struct PageTableLimits
{
    /// <summary>Makes the limits of a unit.</summary>
    /// <param name="hostAddressWidth">Width of physical addresses in bits, 32 to 52 (HAW).</param>
    /// <param name="largePages">Leaf sizes besides 4 KiB.</param>
    public PageTableLimits(int hostAddressWidth, LargePages largePages)
    {
        HostAddressWidth = hostAddressWidth;
        UnusedAddressBits = hostAddressWidth >= 52 ? 0 : Bits.Mask(hostAddressWidth, 52 - hostAddressWidth);
        LargestLeafLevel = largePages.HasFlag(LargePages.Size1G) ? 2 : largePages.HasFlag(LargePages.Size2M) ? 1 : 0;
    }

    /// <summary>Width of physical addresses in bits.</summary>
    public int HostAddressWidth { get; }

    /// <summary>Address bits up to bit 51 that the unit does not have.</summary>
    public ulong UnusedAddressBits { get; }

    /// <summary>Leaf bits that the format reserves until a unit offers what they ask for, and that this unit offers; none at first.</summary>
    public ulong OfferedLeafBits { get; init; }

    /// <summary>Highest level where a leaf may stand: 0 for 4 KiB only, 1 with 2 MiB, 2 with 1 GiB pages.</summary>
    public int LargestLeafLevel { get; }
}
