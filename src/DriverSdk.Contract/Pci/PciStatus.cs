namespace DriverSdk.Contract.Pci;

/// <summary>Bits of the status register (Linux <c>PCI_STATUS_*</c>).</summary>
[Flags]
public enum PciStatus : ushort
{
    /// <summary>No bit set.</summary>
    None = 0,

    /// <summary>The function has a line interrupt pending, whether or not the command register lets it out.</summary>
    InterruptStatus = 0x0008,

    /// <summary>The capability pointer is valid.</summary>
    CapabilityList = 0x0010,
}
