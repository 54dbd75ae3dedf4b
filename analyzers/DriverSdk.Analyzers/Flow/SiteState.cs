namespace DriverSdk.Analyzers.Flow;

/// <summary>What is known on one path about the value one acquisition handed out.</summary>
internal enum SiteState
{
    /// <summary>Not acquired on this path.</summary>
    None,

    /// <summary>Acquired; whether it is an error has not been asked.</summary>
    Unchecked,

    /// <summary>Acquired for certain: a mapping is live, a guard is held.</summary>
    Mapped,

    /// <summary>Unmapped, or for a guard disposed.</summary>
    Unmapped,

    /// <summary>It is an error: there is nothing to unmap.</summary>
    Failed,

    /// <summary>Somebody else has it: a field, a collection, a callee, a closure.</summary>
    Escaped,
}
