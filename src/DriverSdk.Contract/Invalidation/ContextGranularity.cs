namespace DriverSdk.Contract.Invalidation;

/// <summary>How much of the context cache goes. Source: facts/vtd.md 1 and 5.</summary>
internal enum ContextGranularity
{
    /// <summary>Not a granularity; in a register, nothing was done.</summary>
    None = 0,

    /// <summary>All of it.</summary>
    Global = 1,

    /// <summary>The entries of a domain.</summary>
    Domain = 2,

    /// <summary>The entries of a function, or of its neighbours too.</summary>
    Device = 3,
}
