using System.Runtime.InteropServices;

namespace DriverSdk.Kernel.Memory;

/// <summary>What the kernel knows about one page frame. Linux: <c>struct page</c> with its page_ext owner.</summary>
/// <remarks>No references, and all zeroes for a page never used: an untouched entry costs the host nothing. Half a cache line.</remarks>
[StructLayout(LayoutKind.Sequential, Size = 32)]
internal struct PageInfo
{
    /// <summary>A <see cref="PageState"/>'s word.</summary>
    public int State;

    /// <summary>Neighbours on the zone's free list, as frame numbers; 0 is none, since frame zero is never free.</summary>
    public uint Next;

    public uint Previous;

    /// <summary>Call site ids; they outlive the allocation, so that a report about a freed page can name both.</summary>
    public int AllocatedAt;

    public int FreedAt;

    /// <summary>Number of the task that allocated it, 0 outside tasks.</summary>
    public int TaskNumber;

    /// <summary>Number of the slab that lives here, 0 for none; on every page of the slab.</summary>
    public int SlabNumber;

    /// <summary>Order of the block that was freed at <see cref="FreedAt"/>: merging changes the block's own.</summary>
    public int FreedOrder;
}
