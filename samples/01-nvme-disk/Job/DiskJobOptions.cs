namespace NvmeDisk.Job;

/// <summary>What the user asked for.</summary>
internal sealed record DiskJobOptions
{
    /// <summary>The image to read, or null to make one, write it and read it back.</summary>
    public string? ImagePath { get; init; }

    /// <summary>Size of the image that is made, in bytes.</summary>
    public long OwnImageBytes { get; init; } = 256L << 20;

    /// <summary>I/O queues to ask for.</summary>
    public int IoQueueCount { get; init; } = 2;

    /// <summary>Commands kept in flight.</summary>
    public int DepthCommands { get; init; } = 32;

    /// <summary>How long the driver waits for a command before it aborts it.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Block size of the namespace.</summary>
    public int BlockBytes { get; init; } = 512;
}
