namespace DriverSdk.Kernel.Debugging;

/// <summary>Which DMA rule a driver broke; the rule ids belong to the sanitizer, which listens.</summary>
internal enum DmaViolationKind
{
    /// <summary>A mapping outlived the driver's binding to the device.</summary>
    MappingLeaked,

    /// <summary>Memory was freed with a byte of it in a live mapping.</summary>
    FreedWhileMapped,

    /// <summary>The page-counting mode found a counted page as it was handed out.</summary>
    AllocatedWhileMapped,

    /// <summary>Something that is not mapped was unmapped.</summary>
    UnmappedTwice,

    /// <summary>A loan was unmapped through a stale copy.</summary>
    StaleLoan,

    /// <summary>A page that nobody has allocated was mapped.</summary>
    MappedWhileFree,

    /// <summary>Memory was freed after its unmap and before the invalidation was done.</summary>
    FreedWhileDraining,

    /// <summary>A mapping was unmapped with another length than it was mapped with.</summary>
    LengthMismatch,

    /// <summary>A page's count of mappings fell below zero, or ran over.</summary>
    CountUnbalanced,

    /// <summary>An unmap removed more than was asked, because it met a large entry.</summary>
    UnmappedTooMuch,
}
