namespace DriverSdk.Hardware.Pci;

/// <summary>Whether a device wants its interrupt line asserted.</summary>
internal enum LineLevel
{
    /// <summary>Nothing to report.</summary>
    Low,

    /// <summary>An interrupt condition holds.</summary>
    High,
}
