namespace DriverSdk.Kernel.Debugging;

/// <summary>Which call made a mapping.</summary>
internal enum MappingKind
{
    /// <summary>A streaming mapping of one run.</summary>
    Streaming,

    /// <summary>A piece of a scatter-gather list.</summary>
    ScatterGather,

    /// <summary>A coherent buffer.</summary>
    Coherent,
}
