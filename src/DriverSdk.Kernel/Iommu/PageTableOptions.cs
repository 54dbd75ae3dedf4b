using DriverSdk.Contract.Ports;

namespace DriverSdk.Kernel.Iommu;

/// <summary>What a page-table writer does beyond the plain case of a fixed depth and a unit that snoops. Source: facts/linux.md 5.10, its features.</summary>
internal readonly record struct PageTableOptions
{
    /// <summary>Where changed entries are written back, when a unit that reads the table does not snoop; null when all do. Linux: <c>PT_FEAT_DMA_INCOHERENT</c>.</summary>
    /// <remarks>New pages must then come written back too, as those of <see cref="WrittenBackTablePages"/> do.</remarks>
    public ICpuCaches? Caches { get; init; }

    /// <summary>Levels that the table may grow to when an address beyond its top is mapped; 0 when its depth is fixed. Linux: <c>PT_FEAT_DYNAMIC_TOP</c>.</summary>
    /// <remarks>
    /// Whoever gives the root to a unit must give it again after a mapping has changed it. VT-d domains have a fixed depth, as in Linux: it stands in the context
    /// entry of every attached function.
    /// </remarks>
    public int MaxLevels { get; init; }
}
