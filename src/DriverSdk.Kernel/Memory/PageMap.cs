using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>One <see cref="PageInfo"/> per frame up to the end of RAM, in a host reservation that commits as it is written. Linux: <c>vmemmap</c>.</summary>
internal sealed unsafe class PageMap : IDisposable
{
    private readonly HostReservation _reservation;
    private readonly PageInfo* _pages;

    public PageMap(MemoryLayout layout)
    {
        EndPfn = layout.End.Value >> PageSize.CpuShift;
        _reservation = HostReservation.Reserve(EndPfn * (ulong)sizeof(PageInfo));
        _pages = (PageInfo*)_reservation.Base;
    }

    /// <summary>One past the highest frame.</summary>
    public ulong EndPfn { get; private set; }

    /// <summary>The entry of a frame known to lie below <see cref="EndPfn"/>.</summary>
    public ref PageInfo this[ulong pfn] => ref _pages[pfn];

    public static PageState StateOf(in PageInfo page) => new(Volatile.Read(in page.State));

    /// <summary>The block that covers a frame; false for a frame that no list and nobody ever held, and for frames that are no RAM.</summary>
    public bool TryFindBlock(Pfn pfn, out Pfn first, out PageState state)
    {
        for (var order = 0; pfn.Value < EndPfn && order <= PageAllocator.MaxOrder; order++)
        {
            first = new Pfn(pfn.Value & ~((1UL << order) - 1));
            state = StateOf(in this[first.Value]);
            if (state.Status != PageStatus.Inside && state.Order >= order)
                return true;
        }

        first = default;
        state = default;
        return false;
    }

    /// <summary>What is known about the block that covers a frame.</summary>
    public bool TryFindRecord(Pfn pfn, out AllocationRecord record)
    {
        if (!TryFindBlock(pfn, out var first, out var state))
        {
            record = default;
            return false;
        }

        var isAllocated = state.Status is PageStatus.Allocated or PageStatus.Freeing;
        if (!isAllocated)
            (first, state) = LastFreed(pfn, first, state);
        ref var owner = ref this[first.Value];
        record = new AllocationRecord(
            new AddressRange<PhysAddr>(first.Start, (ulong)PageSize.CpuBytes << state.Order),
            state.Kind,
            new CallSite(owner.AllocatedAt),
            new CallSite(owner.FreedAt),
            isAllocated ? AllocationStatus.Allocated : AllocationStatus.Free,
            owner.TaskNumber);
        return true;
    }

    public void Dispose()
    {
        EndPfn = 0;
        _reservation.Dispose();
    }

    // Merging and splitting move the block's borders, but what was freed keeps its first page's entry.
    private (Pfn First, PageState State) LastFreed(Pfn pfn, Pfn first, PageState state)
    {
        for (var order = 0; order <= PageAllocator.MaxOrder; order++)
        {
            var candidate = new Pfn(pfn.Value & ~((1UL << order) - 1));
            ref var page = ref this[candidate.Value];
            if (page.FreedAt != 0 && page.FreedOrder >= order)
                return (candidate, new PageState(state.Status, page.FreedOrder, state.Kind));
        }

        return (first, state);
    }
}
