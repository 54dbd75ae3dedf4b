namespace DriverSdk.Contract.Invalidation;

/// <summary>Which transfers an IOTLB invalidation waits for. Source: facts/vtd.md 1 and 5.</summary>
[Flags]
internal enum Drain
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Writes under way (DW).</summary>
    Writes = 1,

    /// <summary>Reads under way (DR).</summary>
    Reads = 2,

    /// <summary>Both.</summary>
    All = Writes | Reads,
}
