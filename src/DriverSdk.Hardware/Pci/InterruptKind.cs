namespace DriverSdk.Hardware.Pci;

/// <summary>How a function's interrupts leave it, as its driver chose.</summary>
public enum InterruptKind
{
    /// <summary>By the INTx line, which stays asserted until the device lowers it.</summary>
    Line,

    /// <summary>By MSI messages.</summary>
    Msi,

    /// <summary>By MSI-X messages, a table entry for each vector.</summary>
    Msix,
}
