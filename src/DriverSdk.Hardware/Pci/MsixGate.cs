namespace DriverSdk.Hardware.Pci;

/// <summary>Whether an MSI-X function as a whole lets messages out.</summary>
internal enum MsixGate
{
    /// <summary>Disabled, or masked as a whole.</summary>
    Closed,

    /// <summary>Enabled; each vector's own mask decides.</summary>
    Open,
}
