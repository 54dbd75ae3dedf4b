namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Whether the same command may succeed when it is sent again: the Do Not Retry bit of a status.</summary>
public enum NvmeRetry
{
    /// <summary>It may; DNR is 0.</summary>
    Allowed,

    /// <summary>It will fail again; DNR is 1.</summary>
    Never,
}
