namespace NvmeDisk.Driver;

/// <summary>How the driver sets its controllers up. Linux keeps these as module parameters.</summary>
internal sealed record NvmeDriverOptions
{
    /// <summary>I/O queues to ask for, 1 to 64; the controller may grant fewer.</summary>
    public int IoQueueCount { get; init; } = 2;

    /// <summary>Entries of each I/O queue, 2 to 1024; one entry always stays empty.</summary>
    public int IoQueueDepthEntries { get; init; } = 64;

    /// <summary>How long a command may take before it is aborted, and once more before the controller is reset.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a command is sent again after its controller was reset under it.</summary>
    public int RetryLimit { get; init; } = 3;
}
