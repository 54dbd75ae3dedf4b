namespace DriverSdk.Contract.RemappingTables;

/// <summary>A legacy context entry's TT. Source: facts/vtd.md 2.</summary>
internal enum TranslationType
{
    /// <summary>Untranslated requests go through the second stage; all others are blocked.</summary>
    UntranslatedOnly = 0,

    /// <summary>As the first, and devices may cache translations; needs ECAP.DT.</summary>
    WithDeviceTlb = 1,

    /// <summary>Requests pass untranslated; needs ECAP.PT.</summary>
    PassThrough = 2,

    /// <summary>Not a type.</summary>
    Reserved = 3,
}
