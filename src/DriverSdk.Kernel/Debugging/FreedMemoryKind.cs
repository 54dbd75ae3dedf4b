namespace DriverSdk.Kernel.Debugging;

/// <summary>Through which allocator memory was freed.</summary>
internal enum FreedMemoryKind
{
    /// <summary>A block of the page allocator.</summary>
    Pages,

    /// <summary>A slab object: <c>kmalloc</c>.</summary>
    SlabObject,

    /// <summary>A coherent DMA buffer.</summary>
    Coherent,

    /// <summary>A page of a vmalloc area.</summary>
    Vmalloc,
}
