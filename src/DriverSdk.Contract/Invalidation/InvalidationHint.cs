namespace DriverSdk.Contract.Invalidation;

/// <summary>Which entries software changed (IH). Source: facts/vtd.md 4.</summary>
internal enum InvalidationHint
{
    /// <summary>Leaf or table entries: cached table entries must go too.</summary>
    AnyEntry = 0,

    /// <summary>Leaf entries only.</summary>
    LeafOnly = 1,
}
