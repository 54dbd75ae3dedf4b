namespace DriverSdk.Hardware.Iommu;

/// <summary>What a cached entry that does not grant the access is good for. Hardware may do either. Source: facts/vtd.md 4.</summary>
public enum DeniedHit
{
    /// <summary>It is passed over: the tables are walked, so a permission that was widened needs no invalidation.</summary>
    WalksAgain,

    /// <summary>It faults, whatever the tables say by now.</summary>
    Faults,
}
