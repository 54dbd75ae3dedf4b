namespace DriverSdk.Contract.Registers;

/// <summary>RTADDR.TTM: what the root table is. Source: facts/vtd.md 1.</summary>
internal enum TranslationTableMode
{
    /// <summary>Legacy root and context tables.</summary>
    Legacy = 0,

    /// <summary>Scalable-mode tables with PASIDs.</summary>
    Scalable = 1,

    /// <summary>Not a mode.</summary>
    Invalid = 2,

    /// <summary>Every request is refused.</summary>
    AbortDma = 3,
}
