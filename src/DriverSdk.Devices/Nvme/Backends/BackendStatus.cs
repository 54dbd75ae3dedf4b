namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>How a backend's operation ended. The controller turns it into an NVMe status.</summary>
public enum BackendStatus
{
    /// <summary>Done.</summary>
    Success,

    /// <summary>The medium failed: Unrecovered Read Error for reads, Write Fault for all others.</summary>
    MediaError,

    /// <summary>The medium is read-only: Namespace is Write Protected.</summary>
    WriteProtected,
}
