namespace DriverSdk.Machines;

/// <summary>What a machine has counted since it was built. Taken while it runs, each number is exact, but they are not of one instant.</summary>
public readonly record struct MachineStatistics
{
    /// <summary>Streaming mappings made.</summary>
    public long MapCount { get; init; }

    /// <summary>Streaming mappings taken down.</summary>
    public long UnmapCount { get; init; }

    /// <summary>Translations found in the IOTLB.</summary>
    public long IotlbHits { get; init; }

    /// <summary>Translations that walked the tables.</summary>
    public long IotlbMisses { get; init; }

    /// <summary>Requests that the remapping unit refused.</summary>
    public long FaultCount { get; init; }

    /// <summary>Bytes that devices moved to and from memory.</summary>
    public long BytesMoved { get; init; }
}
