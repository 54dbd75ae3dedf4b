namespace DriverSdk.Hardware.Iommu;

/// <summary>Whether a unit snoops the CPUs' caches when it reads its tables (ECAP.C). Source: facts/vtd.md 1.</summary>
public enum TableCoherency
{
    /// <summary>It does: a table write is seen at once.</summary>
    Coherent,

    /// <summary>It does not: a write to a root, context, page or interrupt table is seen when its cache line has been written back. The invalidation queue is always snooped.</summary>
    NonCoherent,
}
