namespace DriverSdk.Contract.Pci;

/// <summary>What a capability in the list is (Linux <c>PCI_CAP_ID_*</c>). Each begins with this id and the offset of the next one, 8 bits each.</summary>
public enum PciCapabilityId : byte
{
    /// <summary>Nothing; an empty entry.</summary>
    Null = 0x00,

    /// <summary>Message signalled interrupts: <see cref="MsiLayout"/>.</summary>
    Msi = 0x05,

    /// <summary>PCI Express: <see cref="PciExpressLayout"/>.</summary>
    PciExpress = 0x10,

    /// <summary>Message signalled interrupts with a table: <see cref="MsixLayout"/>.</summary>
    Msix = 0x11,
}
