using DriverSdk.Sanitizer;

namespace NvmeDisk.Job;

/// <summary>What the machine counted while the job ran.</summary>
internal sealed record JobFigures
{
    /// <summary>Bytes the driver read.</summary>
    public required long BytesRead { get; init; }

    /// <summary>Host time for reading them, hashing included.</summary>
    public required TimeSpan ReadTime { get; init; }

    /// <summary>Most commands the controller had been told of and not completed at one time.</summary>
    public required long GreatestQueueDepth { get; init; }

    /// <summary>Streaming mappings made.</summary>
    public required long MapCount { get; init; }

    /// <summary>Streaming mappings taken down.</summary>
    public required long UnmapCount { get; init; }

    /// <summary>Bytes that devices moved through translated addresses.</summary>
    public required long BytesTranslated { get; init; }

    /// <summary>Translations served from the IOTLB.</summary>
    public required long IotlbHits { get; init; }

    /// <summary>Translations that walked the tables.</summary>
    public required long IotlbMisses { get; init; }

    /// <summary>Faults the remapping unit recorded.</summary>
    public required long FaultCount { get; init; }

    /// <summary>Rules that the driver broke while it ran; a mapping that outlives the driver is one.</summary>
    public required IReadOnlyList<Violation> Violations { get; init; }
}
