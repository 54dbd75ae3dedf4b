namespace DriverSdk.Kernel.Iommu;

/// <summary>The unused runs of an IOVA space, sorted; a range is cut from the highest run that can hold it below a limit.</summary>
/// <remarks>
/// Linux keeps a tree of the used ranges instead. Top-down allocation leaves few gaps, so their list stays short where the tree grows with every mapping; finding a
/// gap costs one step per gap above it. Not thread-safe; unit is the granule.
/// </remarks>
internal sealed class IovaGaps
{
    private Gap[] _gaps = new Gap[64];
    private int _count;

    public IovaGaps(ulong firstPfn, ulong lastPfn)
    {
        _gaps[0] = new Gap(firstPfn, lastPfn);
        _count = 1;
    }

    /// <summary>Number of unused runs.</summary>
    public int Count => _count;

    /// <summary>Cuts the highest aligned range whose last granule does not exceed <paramref name="limitPfn"/>.</summary>
    public bool TryTake(ulong pages, ulong alignment, ulong limitPfn, out ulong firstPfn)
    {
        for (var index = LastAtOrBelow(limitPfn); index >= 0; index--)
        {
            var gap = _gaps[index];
            var end = Math.Min(gap.Last, limitPfn) + 1;
            if (end < pages)
                break;
            firstPfn = (end - pages) & ~(alignment - 1);
            if (firstPfn < gap.First)
                continue;
            Cut(index, firstPfn, firstPfn + (pages - 1));
            return true;
        }

        firstPfn = 0;
        return false;
    }

    /// <summary>Removes whatever of [first, last] is unused, so that it is never handed out.</summary>
    public void Reserve(ulong firstPfn, ulong lastPfn)
    {
        for (var index = LastAtOrBelow(lastPfn); index >= 0 && _gaps[index].Last >= firstPfn; index--)
            Cut(index, Math.Max(firstPfn, _gaps[index].First), Math.Min(lastPfn, _gaps[index].Last));
    }

    /// <summary>Gives a range back; false, and nothing changed, when some of it is unused already.</summary>
    public bool TryGiveBack(ulong firstPfn, ulong pages)
    {
        var lastPfn = firstPfn + (pages - 1);
        var below = LastAtOrBelow(lastPfn);
        if (below >= 0 && _gaps[below].Last >= firstPfn)
            return false;
        var joinsBelow = below >= 0 && _gaps[below].Last + 1 == firstPfn;
        var joinsAbove = below + 1 < _count && _gaps[below + 1].First == lastPfn + 1;
        if (joinsBelow && joinsAbove)
        {
            _gaps[below] = _gaps[below] with { Last = _gaps[below + 1].Last };
            RemoveAt(below + 1);
        }
        else if (joinsBelow)
        {
            _gaps[below] = _gaps[below] with { Last = lastPfn };
        }
        else if (joinsAbove)
        {
            _gaps[below + 1] = _gaps[below + 1] with { First = firstPfn };
        }
        else
        {
            InsertAt(below + 1, new Gap(firstPfn, lastPfn));
        }

        return true;
    }

    private void Cut(int index, ulong first, ulong last)
    {
        var gap = _gaps[index];
        var keepsBelow = first > gap.First;
        var keepsAbove = last < gap.Last;
        if (keepsAbove)
            _gaps[index] = new Gap(last + 1, gap.Last);
        if (keepsBelow && keepsAbove)
            InsertAt(index, new Gap(gap.First, first - 1));
        else if (keepsBelow)
            _gaps[index] = new Gap(gap.First, first - 1);
        else if (!keepsAbove)
            RemoveAt(index);
    }

    private int LastAtOrBelow(ulong pfn)
    {
        var (low, high) = (0, _count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            if (_gaps[middle].First <= pfn)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return high;
    }

    private void InsertAt(int index, Gap gap)
    {
        if (_count == _gaps.Length)
            Array.Resize(ref _gaps, _count * 2);
        Array.Copy(_gaps, index, _gaps, index + 1, _count - index);
        _gaps[index] = gap;
        _count++;
    }

    private void RemoveAt(int index)
    {
        _count--;
        Array.Copy(_gaps, index + 1, _gaps, index, _count - index);
    }

    private readonly record struct Gap(ulong First, ulong Last);
}
