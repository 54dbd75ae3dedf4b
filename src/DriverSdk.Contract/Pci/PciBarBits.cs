namespace DriverSdk.Contract.Pci;

/// <summary>The low bits of a BAR, which say what it asks for (Linux <c>PCI_BASE_ADDRESS_*</c>).</summary>
/// <remarks>Software finds the size by writing all ones and reading back: the address bits that stay zero are below the size.</remarks>
public static class PciBarBits
{
    /// <summary>Set when the BAR asks for I/O ports instead of memory.</summary>
    public const uint IoSpace = 0x1;

    /// <summary>Width field of a memory BAR.</summary>
    public const uint WidthMask = 0x6;

    /// <summary>The BAR and the one after it form a 64-bit address.</summary>
    public const uint Width64 = 0x4;

    /// <summary>Reads have no side effects.</summary>
    public const uint Prefetchable = 0x8;

    /// <summary>Bits of a memory BAR that hold the address.</summary>
    public const uint MemoryAddressMask = 0xffff_fff0;

    /// <summary>The smallest memory BAR, in bytes.</summary>
    public const ulong MinMemoryBytes = 16;
}
