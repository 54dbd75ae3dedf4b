namespace DriverSdk.Hardware.Iommu;

/// <summary>Who shares cached translations.</summary>
public enum CacheTags
{
    /// <summary>All devices of a domain, as the architecture's tags have it.</summary>
    ByDomain,

    /// <summary>Nobody: each device brings in its own, as in QEMU; an invalidation of a domain still drops the entries of all its devices.</summary>
    BySource,
}
