namespace DriverSdk.Hardware.Iommu;

/// <summary>How much of a walk cached entries spare.</summary>
internal enum CacheShare
{
    /// <summary>Nothing: it begins at the top.</summary>
    Nothing,

    /// <summary>Its beginning: it starts below a cached non-leaf entry.</summary>
    Beginning,

    /// <summary>All of it.</summary>
    Whole,
}
