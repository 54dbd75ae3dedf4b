namespace DriverSdk.Kernel.Debugging;

/// <summary>What a change of page states met.</summary>
[Flags]
internal enum PageFindings
{
    /// <summary>Nothing remarkable.</summary>
    None = 0,

    /// <summary>A page is mapped.</summary>
    Mapped = 1,

    /// <summary>A page was unmapped and its invalidation is not done.</summary>
    Draining = 2,

    /// <summary>A page is not allocated.</summary>
    NotAllocated = 4,

    /// <summary>A count was zero before it was to fall.</summary>
    Underflow = 8,

    /// <summary>A count was at its greatest before it was to rise.</summary>
    Overflow = 16,
}
