namespace DriverSdk.Kernel.Iommu;

/// <summary>What reading the dirty pages of a range leaves behind. Linux: the flag <c>IOMMU_DIRTY_NO_CLEAR</c>.</summary>
internal enum DirtyRead
{
    /// <summary>The pages are clean again: the next read shows what was written since.</summary>
    Clear,

    /// <summary>The pages stay dirty.</summary>
    Keep,
}
