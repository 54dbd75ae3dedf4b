namespace DriverSdk.Cli.Protocol;

/// <summary>What the next bytes of a connection made.</summary>
internal enum LineKind
{
    /// <summary>No line yet; all bytes are kept.</summary>
    Partial,

    /// <summary>A line.</summary>
    Complete,

    /// <summary>The end of a line that was thrown away because of its length.</summary>
    TooLong,
}
