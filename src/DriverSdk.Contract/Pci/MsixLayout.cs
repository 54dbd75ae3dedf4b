namespace DriverSdk.Contract.Pci;

/// <summary>The MSI-X capability, and the table and pending bits it points to in a BAR.</summary>
/// <remarks>Source: Linux <c>pci_regs.h</c>, <c>PCI_MSIX_FLAGS</c> to <c>PCI_MSIX_ENTRY_CTRL_MASKBIT</c>.</remarks>
public static class MsixLayout
{
    /// <summary>Message control, 16 bits.</summary>
    public const int Control = 0x02;

    /// <summary>Where the table lies, 32 bits: BAR index in bits 2:0, offset in the rest.</summary>
    public const int Table = 0x04;

    /// <summary>Where the pending bits lie, 32 bits, laid out as <see cref="Table"/>.</summary>
    public const int PendingBits = 0x08;

    /// <summary>Length of the capability, in bytes.</summary>
    public const int LengthBytes = 0x0c;

    /// <summary>Control: number of vectors minus one, read-only.</summary>
    public const ushort SizeMask = 0x07ff;

    /// <summary>Control: every vector is masked whatever its own bit says.</summary>
    public const ushort FunctionMask = 0x4000;

    /// <summary>Control: messages are sent in place of the line and of MSI.</summary>
    public const ushort Enable = 0x8000;

    /// <summary>BAR index in <see cref="Table"/> and <see cref="PendingBits"/>.</summary>
    public const uint BarMask = 0x7;

    /// <summary>Bytes of one table entry.</summary>
    public const int EntryBytes = 16;

    /// <summary>Entry: bits 31:2 of the message address.</summary>
    public const int EntryAddressLow = 0x0;

    /// <summary>Entry: bits 63:32 of the message address.</summary>
    public const int EntryAddressHigh = 0x4;

    /// <summary>Entry: message data, 32 bits.</summary>
    public const int EntryData = 0x8;

    /// <summary>Entry: vector control, 32 bits.</summary>
    public const int EntryControl = 0xc;

    /// <summary>Vector control: the vector is masked; set after reset.</summary>
    public const uint EntryMasked = 0x1;

    /// <summary>The most vectors MSI-X can have.</summary>
    public const int MaxVectors = 2048;
}
