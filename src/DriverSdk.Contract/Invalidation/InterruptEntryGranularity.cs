namespace DriverSdk.Contract.Invalidation;

/// <summary>How much an invalidation of interrupt entries drops (G). Source: facts/vtd.md 5.</summary>
internal enum InterruptEntryGranularity
{
    /// <summary>All cached entries.</summary>
    Global = 0,

    /// <summary>The entries that index and mask name.</summary>
    Index = 1,
}
