namespace DriverSdk.Contract.RemappingTables;

/// <summary>How an interrupt entry checks the requester (SVT). Source: facts/vtd.md 8.</summary>
internal enum SourceValidation
{
    /// <summary>Not at all: every requester may use the handle.</summary>
    None = 0,

    /// <summary>The requester's id is compared, as far as <see cref="SourceQualifier"/> asks.</summary>
    Requester = 1,

    /// <summary>The requester's bus lies between the two bus numbers of SID, upper byte first, both included.</summary>
    BusRange = 2,

    /// <summary>Not a kind of check.</summary>
    Reserved = 3,
}
