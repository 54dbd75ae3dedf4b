namespace DriverSdk.Contract.Acpi;

/// <summary>Where the fields of the ACPI root pointer, of every table's header and of the XSDT lie, in bytes.</summary>
/// <remarks>All numbers are little-endian. A table's bytes add up to zero modulo 256. Source: Linux <c>actbl.h</c>.</remarks>
public static class AcpiLayout
{
    /// <summary>The root pointer's signature.</summary>
    public const string RootPointerSignature = "RSD PTR ";

    /// <summary>The signature of the table that lists all others with 64-bit addresses.</summary>
    public const string ExtendedSystemTableSignature = "XSDT";

    /// <summary>The signature of the DMA remapping table.</summary>
    public const string DmaRemappingSignature = "DMAR";

    /// <summary>Root pointer: what makes its first 20 bytes add up to zero.</summary>
    public const int RootPointerChecksum = 8;

    /// <summary>Root pointer: its revision; 2 where there is an XSDT.</summary>
    public const int RootPointerRevision = 15;

    /// <summary>Root pointer: its length, 32 bits.</summary>
    public const int RootPointerLength = 20;

    /// <summary>Root pointer: address of the XSDT, 64 bits.</summary>
    public const int RootPointerTable = 24;

    /// <summary>Root pointer: what makes all of it add up to zero.</summary>
    public const int RootPointerExtendedChecksum = 32;

    /// <summary>Bytes that the root pointer's first checksum covers.</summary>
    public const int RootPointerFirstBytes = 20;

    /// <summary>Length of a root pointer of revision 2.</summary>
    public const int RootPointerBytes = 36;

    /// <summary>Header: four letters.</summary>
    public const int Signature = 0;

    /// <summary>Header: length of the table with its header, 32 bits.</summary>
    public const int Length = 4;

    /// <summary>Header: revision of the table's form.</summary>
    public const int Revision = 8;

    /// <summary>Header: what makes the table add up to zero.</summary>
    public const int Checksum = 9;

    /// <summary>Header: who made it, six letters.</summary>
    public const int OemId = 10;

    /// <summary>Length of the header; in the XSDT, 64-bit addresses of the other tables follow.</summary>
    public const int HeaderBytes = 36;
}
