namespace DriverSdk.Contract.Pci;

/// <summary>The MSI capability with 64-bit addresses, with or without per-vector masking; offsets are from the capability's start.</summary>
/// <remarks>Source: Linux <c>pci_regs.h</c>, <c>PCI_MSI_FLAGS</c> to <c>PCI_MSI_PENDING_64</c>.</remarks>
public static class MsiLayout
{
    /// <summary>Message control, 16 bits.</summary>
    public const int Control = 0x02;

    /// <summary>Bits 31:2 of the message address.</summary>
    public const int AddressLow = 0x04;

    /// <summary>Bits 63:32 of the message address.</summary>
    public const int AddressHigh = 0x08;

    /// <summary>Message data, 16 bits; the low bits are replaced by the vector's number when several are enabled.</summary>
    public const int Data = 0x0c;

    /// <summary>One mask bit for each vector, 32 bits.</summary>
    public const int Mask = 0x10;

    /// <summary>One pending bit for each vector, 32 bits, read-only.</summary>
    public const int Pending = 0x14;

    /// <summary>Length of the capability with per-vector masking, in bytes.</summary>
    public const int LengthBytes = 0x18;

    /// <summary>Length of the capability without masking, in bytes: it ends after <see cref="Data"/>.</summary>
    public const int UnmaskedLengthBytes = 0x0e;

    /// <summary>Control: messages are sent in place of the line.</summary>
    public const ushort Enable = 0x0001;

    /// <summary>Control: base-2 logarithm of the vectors the function can use, read-only.</summary>
    public const ushort CapableMask = 0x000e;

    /// <summary>Shift of <see cref="CapableMask"/>.</summary>
    public const int CapableShift = 1;

    /// <summary>Control: base-2 logarithm of the vectors software granted.</summary>
    public const ushort EnabledMask = 0x0070;

    /// <summary>Shift of <see cref="EnabledMask"/>.</summary>
    public const int EnabledShift = 4;

    /// <summary>Control: the address has 64 bits, read-only.</summary>
    public const ushort Address64 = 0x0080;

    /// <summary>Control: the mask and pending registers exist, read-only.</summary>
    public const ushort PerVectorMasking = 0x0100;

    /// <summary>The most vectors MSI can have.</summary>
    public const int MaxVectors = 32;
}
