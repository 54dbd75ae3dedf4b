namespace DriverSdk.Hardware.Iommu;

/// <summary>What the caches know about an address: how a walk would end, or where one has to begin.</summary>
/// <param name="Share">Which of the two.</param>
/// <param name="Walk">The end of the walk, when the share is the whole.</param>
/// <param name="Start">Where to begin otherwise.</param>
internal readonly record struct CacheAnswer(CacheShare Share, WalkResult Walk, WalkStart Start)
{
    /// <summary>A walk that need not be made.</summary>
    public static CacheAnswer Found(in WalkResult walk) => new(CacheShare.Whole, walk, default);

    /// <summary>A walk to be made from a cached non-leaf entry.</summary>
    public static CacheAnswer Below(in WalkStart start) => new(CacheShare.Beginning, default, start);

    /// <summary>A walk to be made from the top.</summary>
    public static CacheAnswer Nothing(in WalkStart top) => new(CacheShare.Nothing, default, top);
}
