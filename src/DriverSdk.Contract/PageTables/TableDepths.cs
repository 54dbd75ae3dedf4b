namespace DriverSdk.Contract.PageTables;

/// <summary>Second-stage table depths; the values are those of CAP.SAGAW. Source: facts/vtd.md 1.</summary>
[Flags]
internal enum TableDepths
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>3 levels, 39 bits.</summary>
    ThreeLevels = 1 << 1,

    /// <summary>4 levels, 48 bits.</summary>
    FourLevels = 1 << 2,

    /// <summary>5 levels, 57 bits.</summary>
    FiveLevels = 1 << 3,
}
