namespace DriverSdk.Contract.Pci;

/// <summary>Byte offsets in the configuration space of a function: what every header has, and what a type 0 header adds.</summary>
/// <remarks>Source: Linux <c>include/uapi/linux/pci_regs.h</c>, the names <c>PCI_VENDOR_ID</c> to <c>PCI_MAX_LAT</c>.</remarks>
public static class PciHeader
{
    /// <summary>Vendor id, 16 bits; 0xffff means that no function answers.</summary>
    public const int VendorId = 0x00;

    /// <summary>Device id, 16 bits.</summary>
    public const int DeviceId = 0x02;

    /// <summary>Command register, 16 bits: <see cref="PciCommand"/>.</summary>
    public const int Command = 0x04;

    /// <summary>Status register, 16 bits: <see cref="PciStatus"/>.</summary>
    public const int Status = 0x06;

    /// <summary>Revision id, 8 bits.</summary>
    public const int RevisionId = 0x08;

    /// <summary>Class code, 24 bits: interface, subclass, base class from the lowest byte up.</summary>
    public const int ClassCode = 0x09;

    /// <summary>Cache line size, 8 bits; kept for software, without effect.</summary>
    public const int CacheLineSize = 0x0c;

    /// <summary>Header type, 8 bits: layout in bits 6:0, <see cref="MultiFunction"/> in bit 7.</summary>
    public const int HeaderType = 0x0e;

    /// <summary>First of the six BARs of a type 0 header (two in type 1), 32 bits each.</summary>
    public const int Bar0 = 0x10;

    /// <summary>Subsystem vendor id, 16 bits (type 0).</summary>
    public const int SubsystemVendorId = 0x2c;

    /// <summary>Subsystem id, 16 bits (type 0).</summary>
    public const int SubsystemId = 0x2e;

    /// <summary>Offset of the first capability, 8 bits; valid when <see cref="PciStatus.CapabilityList"/> is set.</summary>
    public const int CapabilityPointer = 0x34;

    /// <summary>Interrupt line, 8 bits: the I/O APIC pin that firmware found for the function; 0xff when it has none.</summary>
    public const int InterruptLine = 0x3c;

    /// <summary>Interrupt pin, 8 bits: 0 none, 1 to 4 for INTA to INTD.</summary>
    public const int InterruptPin = 0x3d;

    /// <summary>Layout value of <see cref="HeaderType"/> for an endpoint.</summary>
    public const byte TypeEndpoint = 0x00;

    /// <summary>Layout value of <see cref="HeaderType"/> for a bridge.</summary>
    public const byte TypeBridge = 0x01;

    /// <summary>Bit of <see cref="HeaderType"/>: the device has more than one function.</summary>
    public const byte MultiFunction = 0x80;

    /// <summary>BARs in a type 0 header.</summary>
    public const int EndpointBarCount = 6;

    /// <summary>Bytes that the ports 0xCF8 and 0xCFC reach.</summary>
    public const int ConventionalBytes = 256;

    /// <summary>Bytes that the memory window reaches: all of a function's configuration space.</summary>
    public const int ExtendedBytes = 4096;

    /// <summary>First byte after the header, where capabilities may lie.</summary>
    public const int FirstCapability = 0x40;
}
