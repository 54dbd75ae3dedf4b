namespace DriverSdk.Kernel.Memory;

/// <summary>Who keeps a slab.</summary>
internal enum SlabHome
{
    /// <summary>Nobody: it has no free object.</summary>
    Full = 0,

    /// <summary>A CPU allocates from it.</summary>
    Active,

    /// <summary>The cache's list of slabs with free objects.</summary>
    Partial,

    /// <summary>Its pages went back to the page allocator.</summary>
    Retired,
}
