namespace DriverSdk.Contract.PageTables;

/// <summary>Leaf sizes besides 4 KiB; the values are those of CAP.SSLPS. Source: facts/vtd.md 1.</summary>
[Flags]
public enum LargePages
{
    /// <summary>4 KiB only.</summary>
    None = 0,

    /// <summary>2 MiB.</summary>
    Size2M = 1,

    /// <summary>1 GiB.</summary>
    Size1G = 2,
}
