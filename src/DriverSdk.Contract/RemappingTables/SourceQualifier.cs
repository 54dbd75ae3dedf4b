namespace DriverSdk.Contract.RemappingTables;

/// <summary>Which bits of the function number an interrupt entry's check ignores (SQ). Source: facts/vtd.md 8.</summary>
internal enum SourceQualifier
{
    /// <summary>None: all sixteen bits of the id count.</summary>
    Exact = 0,

    /// <summary>Bit 2.</summary>
    IgnoreHighBit = 1,

    /// <summary>Bits 2:1.</summary>
    IgnoreTwoHighBits = 2,

    /// <summary>All three: any function of the device.</summary>
    IgnoreAll = 3,
}
