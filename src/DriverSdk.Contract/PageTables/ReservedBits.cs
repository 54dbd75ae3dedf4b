namespace DriverSdk.Contract.PageTables;

/// <summary>Whether an entry keeps its reserved bits zero.</summary>
internal enum ReservedBits
{
    /// <summary>All are zero, as they must be.</summary>
    Clear,

    /// <summary>At least one is set: a fault for whoever uses the entry.</summary>
    Set,
}
