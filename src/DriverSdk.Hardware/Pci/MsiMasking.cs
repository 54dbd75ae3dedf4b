namespace DriverSdk.Hardware.Pci;

/// <summary>Whether software can hold back single MSI vectors.</summary>
public enum MsiMasking
{
    /// <summary>There is a mask and a pending bit for each vector.</summary>
    PerVector,

    /// <summary>There are none, as in simple devices: software disables MSI as a whole.</summary>
    None,
}
