namespace DriverSdk.Contract.Invalidation;

/// <summary>Which bits of the function number a device-selective context invalidation ignores (FM). Source: facts/vtd.md 5.</summary>
internal enum FunctionMask
{
    /// <summary>None: exactly this function.</summary>
    None = 0,

    /// <summary>Bit 2.</summary>
    HighBit = 1,

    /// <summary>Bits 2:1.</summary>
    TwoHighBits = 2,

    /// <summary>All three: the whole device.</summary>
    All = 3,
}
