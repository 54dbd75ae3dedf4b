using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>vmalloc: single pages behind contiguous kernel addresses, a guard page after each area. Linux: mm/vmalloc.c.</summary>
/// <remarks>Address space is taken in turn and not where it was freed last, so that an address kept after vfree stays unmapped for long.</remarks>
internal sealed class VmallocAllocator(PageAllocator pages, KernelPageTable table)
{
    private readonly Lock _sync = new();
    private readonly List<VmallocArea> _areas = [];
    private KernelAddr _turn = KernelLayout.Vmalloc.Start;

    /// <summary>Live areas.</summary>
    public int AreaCount
    {
        get
        {
            lock (_sync)
                return _areas.Count;
        }
    }

    /// <summary>Makes an area; false when memory or address space has run out.</summary>
    public bool TryAlloc(ulong lengthBytes, CallSite site, out KernelAddr start)
    {
        start = default;
        if (lengthBytes >= KernelLayout.Vmalloc.LengthBytes
            || !TryReserve((lengthBytes + PageSize.CpuBytes - 1) >> PageSize.CpuShift, site, out var area))
            return false;
        for (var page = 0UL; page < area.PageCount; page++)
        {
            if (!pages.TryAllocPages(0, Gfp.Kernel, site, FreedMemoryKind.VmallocArea, out var frame))
            {
                Remove(area);
                Release(area, page, site);
                return false;
            }

            table.Map(area.Start + (page << PageSize.CpuShift), frame);
        }

        start = area.Start;
        return true;
    }

    /// <summary>Frees the area that begins at <paramref name="start"/>.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public void Free(KernelAddr start, CallSite site)
    {
        VmallocArea? area;
        lock (_sync)
        {
            var index = IndexAtOrAbove(start);
            area = index < _areas.Count && _areas[index].Start == start ? _areas[index] : null;
            if (area is not null)
                _areas.RemoveAt(index);
        }

        if (area is null)
            throw MemoryThrow.BadAreaFree(start);
        Release(area, area.PageCount, site);
    }

    // One page that a check refuses to free stays allocated; the others must not stay with it.
    private void Release(VmallocArea area, ulong pageCount, CallSite site)
    {
        Exception? first = null;
        for (var page = 0UL; page < pageCount; page++)
        {
            try
            {
                pages.FreePages(table.Unmap(area.Start + (page << PageSize.CpuShift)), 0, site, FreedMemoryKind.VmallocArea);
            }
            catch (Exception exception)
            {
                first ??= exception;
            }
        }

        if (first is not null)
            throw first;
    }

    private bool TryReserve(ulong pageCount, CallSite site, out VmallocArea area)
    {
        lock (_sync)
        {
            var first = IndexAtOrAbove(_turn);
            for (var tried = 0; tried <= _areas.Count + 1; tried++)
            {
                var index = (first + tried) % (_areas.Count + 1);
                var start = tried == 0 && _turn > GapStart(index) ? _turn : GapStart(index);
                area = new VmallocArea(start, pageCount, site);
                if (area.GuardEnd > GapEnd(index))
                    continue;
                _areas.Insert(index, area);
                _turn = area.GuardEnd;
                return true;
            }
        }

        area = null!;
        return false;
    }

    private KernelAddr GapStart(int index) => index == 0 ? KernelLayout.Vmalloc.Start : _areas[index - 1].GuardEnd;

    private KernelAddr GapEnd(int index) =>
        index == _areas.Count ? KernelLayout.Vmalloc.Start + KernelLayout.Vmalloc.LengthBytes : _areas[index].Start;

    private void Remove(VmallocArea area)
    {
        lock (_sync)
            _areas.RemoveAt(IndexAtOrAbove(area.Start));
    }

    private int IndexAtOrAbove(KernelAddr start)
    {
        var low = 0;
        for (var high = _areas.Count; low < high;)
        {
            var middle = (low + high) / 2;
            if (_areas[middle].Start < start)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
