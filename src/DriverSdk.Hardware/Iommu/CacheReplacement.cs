namespace DriverSdk.Hardware.Iommu;

/// <summary>Which entry of a full set makes room.</summary>
public enum CacheReplacement
{
    /// <summary>One way after the other.</summary>
    RoundRobin,

    /// <summary>Any way, drawn from <see cref="CachePolicy.Seed"/>.</summary>
    Random,

    /// <summary>The way that was used longest ago.</summary>
    LeastRecentlyUsed,
}
