namespace DriverSdk.Hardware.Iommu;

/// <summary>What the caches know about an address: how a walk would end, or where one has to begin.</summary>
/// <param name="Walk">The end of the walk; means nothing unless <paramref name="IsFound"/>.</param>
/// <param name="Start">Where to begin otherwise.</param>
/// <param name="IsFound">Whether memory need not be asked.</param>
/// <param name="IsCached">Whether a cached entry had a part in it, be it only as the beginning.</param>
internal readonly record struct CacheAnswer(WalkResult Walk, WalkStart Start, bool IsFound, bool IsCached)
{
    /// <summary>A walk that need not be made.</summary>
    public static CacheAnswer Found(in WalkResult walk) => new(walk, default, true, true);

    /// <summary>A walk to be made from a cached non-leaf entry.</summary>
    public static CacheAnswer Below(in WalkStart start) => new(default, start, false, true);

    /// <summary>A walk to be made from the top.</summary>
    public static CacheAnswer Nothing(in WalkStart top) => new(default, top, false, false);
}
