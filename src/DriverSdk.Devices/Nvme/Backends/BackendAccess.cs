namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>Whether a backend takes writes.</summary>
public enum BackendAccess
{
    /// <summary>Reads only; the namespace reports itself write protected.</summary>
    ReadOnly,

    /// <summary>Reads and writes.</summary>
    ReadWrite,
}
