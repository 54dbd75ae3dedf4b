namespace DriverSdk.Hardware.Iommu;

/// <summary>Which of its tables a unit reads.</summary>
internal enum TableKind
{
    /// <summary>The root table.</summary>
    Root,

    /// <summary>A context table.</summary>
    Context,

    /// <summary>A page table of any level.</summary>
    Paging,

    /// <summary>The interrupt remapping table.</summary>
    Interrupt,
}
