using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Scheduling;
using CallSite = DriverSdk.Kernel.Debugging.CallSite;

namespace DriverSdk.Kernel.Memory;

/// <summary>The buddy allocator of page frames: orders 0 to 10, two zones, lists per CPU for single pages.</summary>
/// <remarks>
/// Any thread may call. A block's state word decides by compare-and-swap who frees it, so that a double free, also a simultaneous one, is refused and costs
/// the allocator nothing.
/// </remarks>
internal sealed class PageAllocator : IDisposable
{
    /// <summary>The largest block's order: 4 MiB.</summary>
    public const int MaxOrder = 10;

    private readonly PhysicalMemory _ram;
    private readonly CallSiteTable _callSites;
    private readonly BuddyZone[] _zones;
    private readonly CpuPageList[] _cpuLists;
    private readonly int _cpuCount;
    private readonly bool _hasNormal;

    /// <summary>Takes over all of <paramref name="ram"/> but firmware's and the kernel image's part.</summary>
    public PageAllocator(PhysicalMemory ram, int cpuCount, CallSiteTable callSites)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cpuCount);
        _ram = ram;
        _callSites = callSites;
        _cpuCount = cpuCount;
        Map = new PageMap(ram.Layout);
        TaskNames = new TaskNames(cpuCount);
        _zones = [new BuddyZone(Map), new BuddyZone(Map)];
        _cpuLists = new CpuPageList[_zones.Length * cpuCount];
        for (var index = 0; index < _cpuLists.Length; index++)
            _cpuLists[index] = new CpuPageList(_zones[index / cpuCount]);

        var low = ram.Layout.LowRam;
        var high = ram.Layout.HighRam;
        Zone(MemoryZone.Dma32).AddUntouched(PfnAfter(KernelLayout.FirmwareRam), Pfn.Containing(KernelLayout.ImageRam.Start));
        Zone(MemoryZone.Dma32).AddUntouched(PfnAfter(KernelLayout.ImageRam), PfnAfter(low));
        _hasNormal = !high.IsEmpty;
        if (_hasNormal)
            Zone(MemoryZone.Normal).AddUntouched(Pfn.Containing(high.Start), PfnAfter(high));
    }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    public DmaDebug? Debug { get; set; }

    public PageMap Map { get; }

    /// <summary>The names behind <see cref="PageInfo.TaskNumber"/>.</summary>
    public TaskNames TaskNames { get; }

    /// <summary>Pages that nobody uses, wherever they wait.</summary>
    public ulong FreePageCount
    {
        get
        {
            var pages = 0UL;
            foreach (var zone in _zones)
                pages += zone.FreePages;
            foreach (var list in _cpuLists)
                pages += (ulong)list.Count;
            return pages;
        }
    }

    /// <summary>Takes a block; false when none is left that satisfies <paramref name="gfp"/>. Does not check for sleeping: callers with <see cref="Gfp.Kernel"/> have.</summary>
    /// <param name="order">0 to 10.</param>
    /// <param name="gfp">Zone and zeroing.</param>
    /// <param name="site">Who asked.</param>
    /// <param name="first">The first frame, aligned to the block's size.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocPages(int order, Gfp gfp, CallSite site, out Pfn first) => TryAllocPages(order, gfp, site, FreedMemoryKind.Pages, out first);

    /// <summary>As the other overload, for memory that reports call by another name than pages.</summary>
    public bool TryAllocPages(int order, Gfp gfp, CallSite site, FreedMemoryKind kind, out Pfn first)
    {
        if ((uint)order > MaxOrder)
            MemoryThrow.OrderOutOfRange(order);
        var cpu = Cpu.CurrentOrNull;
        if (!TryTake(order, gfp, cpu, out var pfn) && !TryTakeAfterDrain(order, gfp, cpu, out pfn))
        {
            first = default;
            return false;
        }

        first = new Pfn(pfn);
        ref var page = ref Map[pfn];
        page.AllocatedAt = site.Id;
        page.TaskNumber = TaskNames.NumberOfTaskOn(cpu);
        Volatile.Write(ref page.State, new PageState(PageStatus.Allocated, order, kind).Word);
        if ((gfp & Gfp.Zero) != 0)
            _ram.Span(first.Start, PageSize.CpuBytes << order).Clear();
        if (Debug is not null)
            ReportAllocated(first, order, kind, site);
        return true;
    }

    /// <summary>Gives a block back.</summary>
    /// <exception cref="InvalidOperationException">No live block of that order begins there; nothing is changed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void FreePages(Pfn first, int order, CallSite site) => FreePages(first, order, site, FreedMemoryKind.Pages);

    /// <summary>As the other overload, for memory that reports call by another name than pages.</summary>
    public void FreePages(Pfn first, int order, CallSite site, FreedMemoryKind kind)
    {
        var live = new PageState(PageStatus.Allocated, order, kind).Word;
        if (first.Value >= Map.EndPfn || Volatile.Read(ref Map[first.Value].State) != live)
            throw MemoryThrow.BadPageFree(Map, first, order, kind, _callSites);
        Debug?.OnPagesFreeing(first, order, site);
        PutBack(first, order, site, kind);
    }

    /// <summary>Adds the number of free blocks of each order, 0 to 10, in one zone to <paramref name="perOrder"/>; pages on CPU lists are not blocks.</summary>
    public void CountFreeBlocks(MemoryZone zone, Span<ulong> perOrder) => Zone(zone).CountFreeBlocks(perOrder);

    /// <summary>Gives every CPU's stock back to the zones. Linux: <c>drain_all_pages()</c>.</summary>
    public void DrainCpuLists()
    {
        foreach (var list in _cpuLists)
            list.Drain();
    }

    public void Dispose() => Map.Dispose();

    private static Pfn PfnAfter(AddressRange<PhysAddr> range) => new((range.Start.Value + range.LengthBytes) >> PageSize.CpuShift);

    private static MemoryZone ZoneOf(Pfn pfn) => pfn.Value >> (32 - PageSize.CpuShift) == 0 ? MemoryZone.Dma32 : MemoryZone.Normal;

    private BuddyZone Zone(MemoryZone zone) => _zones[(int)zone];

    // Normal first, so that the scarcer memory below 4 GiB is left to those who need it.
    private bool TryTake(int order, Gfp gfp, Cpu? cpu, out ulong pfn) =>
        ((gfp & Gfp.Dma32) == 0 && _hasNormal && TryTakeFrom(MemoryZone.Normal, order, cpu, out pfn)) || TryTakeFrom(MemoryZone.Dma32, order, cpu, out pfn);

    private bool TryTakeFrom(MemoryZone zone, int order, Cpu? cpu, out ulong pfn)
    {
        if (order == 0)
            return _cpuLists[((int)zone * _cpuCount) + CallerCpu.ListOf(cpu, _cpuCount)].TryTake(out pfn);
        var taken = Zone(zone).TryTake(order, out var first);
        pfn = first.Value;
        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeAfterDrain(int order, Gfp gfp, Cpu? cpu, out ulong pfn)
    {
        DrainCpuLists();
        return TryTake(order, gfp, cpu, out pfn);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportAllocated(Pfn first, int order, FreedMemoryKind kind, CallSite site)
    {
        try
        {
            Debug?.OnPagesAllocated(first, order, site);
        }
        catch
        {
            // The caller will not learn of the block, so it must not stay allocated.
            PutBack(first, order, site, kind);
            throw;
        }
    }

    private void PutBack(Pfn first, int order, CallSite site, FreedMemoryKind kind)
    {
        ref var page = ref Map[first.Value];
        var live = new PageState(PageStatus.Allocated, order, kind).Word;
        var next = new PageState(order == 0 ? PageStatus.FreeOnCpu : PageStatus.Freeing, order, default).Word;
        if (Interlocked.CompareExchange(ref page.State, next, live) != live)
            throw MemoryThrow.BadPageFree(Map, first, order, kind, _callSites);
        page.FreedAt = site.Id;
        page.FreedOrder = order;
        var zone = ZoneOf(first);
        if (order == 0)
            _cpuLists[((int)zone * _cpuCount) + CallerCpu.ListOf(Cpu.CurrentOrNull, _cpuCount)].Put(first.Value);
        else
            Zone(zone).Put(first, order);
    }
}
