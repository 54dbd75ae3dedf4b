namespace DriverSdk.Kernel.Memory;

/// <summary>Where a page is in its life. Only the first page of a block carries it; the others read <see cref="Inside"/>.</summary>
internal enum PageStatus
{
    /// <summary>Inside a block whose first page speaks for it, or never handed to the allocator's lists yet.</summary>
    Inside = 0,

    /// <summary>First page of a block on a zone's free list.</summary>
    FreeInZone,

    /// <summary>A single page on a CPU's list.</summary>
    FreeOnCpu,

    /// <summary>First page of a block that somebody uses.</summary>
    Allocated,

    /// <summary>First page of a block on its way back.</summary>
    Freeing,
}
