namespace DriverSdk.Kernel.Debugging;

/// <summary>What a piece of kernel memory is, as a report about it calls it.</summary>
internal enum FreedMemoryKind
{
    /// <summary>A block from <c>AllocPages</c>.</summary>
    Pages = 0,

    /// <summary>A kmalloc object that shares its page with others.</summary>
    SlabObject,

    /// <summary>A kmalloc object too large for a slab, on pages of its own.</summary>
    LargeObject,

    /// <summary>A page of a vmalloc area.</summary>
    VmallocArea,

    /// <summary>A page of a task's stack.</summary>
    Stack,

    /// <summary>A coherent DMA block.</summary>
    CoherentBlock,

    /// <summary>A page that holds slab objects, going back to the page allocator.</summary>
    SlabPage,
}
