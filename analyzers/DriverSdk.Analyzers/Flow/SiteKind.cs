namespace DriverSdk.Analyzers.Flow;

/// <summary>What an acquisition hands out.</summary>
internal enum SiteKind
{
    /// <summary>A mapping that must be unmapped.</summary>
    Mapping,

    /// <summary>A guard inside which nothing may sleep.</summary>
    Guard,

    /// <summary>Whatever the caller passed: the stand-in by which a summary learns what a body does to its parameter.</summary>
    Parameter,
}
