namespace DriverSdk.Contract.Faults;

/// <summary>Whether a fault's recording can be switched off. Source: facts/vtd.md 6.</summary>
public enum Suppressible
{
    /// <summary>It is always recorded.</summary>
    No,

    /// <summary>A qualified fault: the context entry's FPD bit suppresses it.</summary>
    ByFpd,
}
