using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Hands out ranges of a domain's IOVA space, top-down and aligned to their size. Linux: <c>alloc_iova_fast()</c>, <c>free_iova_fast()</c>.</summary>
/// <remarks>
/// The granule is 4 KiB, page zero is never handed out. Ranges of 1 to 32 granules go through per-CPU caches, rounded up to a power of two, and take no lock that
/// another CPU takes. Source: facts/linux.md 4.1 to 4.4.
/// </remarks>
internal sealed class IovaAllocator
{
    /// <summary>The largest range the per-CPU caches hold, in granules: what <c>dma_opt_mapping_size()</c> answers.</summary>
    public const ulong MaxCachedPages = 32;

    private const int CachedOrders = 6;
    private const ulong FirstPfn = 1;
    private const ulong FourGiBPfn = 1UL << 20;

    private readonly MagazineCache[] _caches = new MagazineCache[CachedOrders];
    private readonly IovaGaps _gaps;
    private readonly ulong _lastPfn;
    private RawSpinlock _lock;
    private ulong _smallestFailureBelow4GiB = ulong.MaxValue;

    /// <summary>Makes an allocator for addresses up to <paramref name="last"/>.</summary>
    /// <param name="last">The last byte the domain can translate.</param>
    /// <param name="cpuCount">Number of CPUs that allocate.</param>
    public IovaAllocator(Iova last, int cpuCount)
    {
        _lastPfn = last.Value >> PageSize.CpuShift;
        _gaps = new IovaGaps(FirstPfn, _lastPfn);
        for (var order = 0; order < CachedOrders; order++)
            _caches[order] = new MagazineCache(cpuCount);
    }

    /// <summary>Keeps a range out of what is handed out: device windows, and 0xFEExxxxx where requests are interrupts.</summary>
    public void Reserve(AddressRange<Iova> range)
    {
        if (range.IsEmpty)
            return;
        _lock.Enter();
        _gaps.Reserve(range.Start.Value >> PageSize.CpuShift, range.Last.Value >> PageSize.CpuShift);
        _lock.Exit();
    }

    /// <summary>Takes a range; first below 4 GiB while <paramref name="preference"/> asks for it, then up to <paramref name="limit"/>.</summary>
    /// <param name="cpu">Index of the calling CPU.</param>
    /// <param name="pages">Length in granules, at least 1.</param>
    /// <param name="limit">The last byte the device reaches.</param>
    /// <param name="preference">The device's latch; cleared for good when space below 4 GiB has once run out.</param>
    /// <param name="start">First byte, a multiple of the granule and of the length rounded up to a power of two.</param>
    /// <returns>False when no such range is free.</returns>
    public bool TryAllocate(int cpu, ulong pages, Iova limit, ref IovaPreference preference, out Iova start)
    {
        var limitPfn = Math.Min(limit.Value >> PageSize.CpuShift, _lastPfn);
        if (preference == IovaPreference.Below4GiB && limitPfn >= FourGiBPfn)
        {
            if (TryAllocateBelow(cpu, pages, FourGiBPfn - 1, out start))
                return true;
            preference = IovaPreference.Anywhere;
        }

        if (TryAllocateBelow(cpu, pages, limitPfn, out start))
            return true;
        FlushCaches();
        return TryTakeFromGaps(Rounded(pages), limitPfn, out start);
    }

    /// <summary>Gives a range back, with the length it was taken with.</summary>
    /// <param name="cpu">Index of the calling CPU.</param>
    /// <param name="start">What <see cref="TryAllocate"/> gave.</param>
    /// <param name="pages">Length in granules, as it was given there.</param>
    public void Free(int cpu, Iova start, ulong pages)
    {
        if (pages <= MaxCachedPages)
            _caches[OrderOf(pages)].Push(cpu, start.Value >> PageSize.CpuShift);
        else
            GiveBack(start.Value >> PageSize.CpuShift, pages);
    }

    // Up to the largest cached size lengths are powers of two, so that a cached range serves every length of its class.
    private static ulong Rounded(ulong pages) => pages <= MaxCachedPages ? BitOperations.RoundUpToPowerOf2(pages) : pages;

    private static int OrderOf(ulong pages) => pages <= 1 ? 0 : BitOperations.Log2(pages - 1) + 1;

    private bool TryAllocateBelow(int cpu, ulong pages, ulong limitPfn, out Iova start)
    {
        if (pages <= MaxCachedPages && _caches[OrderOf(pages)].TryPop(cpu, out var pfn))
        {
            if (pfn + (Rounded(pages) - 1) <= limitPfn)
            {
                start = new Iova(pfn << PageSize.CpuShift);
                return true;
            }

            _caches[OrderOf(pages)].Push(cpu, pfn);
        }

        return TryTakeFromGaps(Rounded(pages), limitPfn, out start);
    }

    private bool TryTakeFromGaps(ulong pages, ulong limitPfn, out Iova start)
    {
        _lock.Enter();
        var below4GiB = limitPfn < FourGiBPfn;
        ulong pfn = 0;
        var found = !(below4GiB && pages >= _smallestFailureBelow4GiB)
            && _gaps.TryTake(pages, BitOperations.RoundUpToPowerOf2(pages), limitPfn, out pfn);
        // Linux remembers by the whole 32-bit space; a narrower mask that fails says nothing about it.
        if (!found && limitPfn == FourGiBPfn - 1)
            _smallestFailureBelow4GiB = Math.Min(_smallestFailureBelow4GiB, pages);
        _lock.Exit();
        start = new Iova(pfn << PageSize.CpuShift);
        return found;
    }

    private void GiveBack(ulong pfn, ulong pages)
    {
        _lock.Enter();
        _gaps.TryGiveBack(pfn, pages);
        if (pfn < FourGiBPfn)
            _smallestFailureBelow4GiB = ulong.MaxValue;
        _lock.Exit();
    }

    private void FlushCaches()
    {
        for (var order = 0; order < CachedOrders; order++)
        {
            var pages = 1UL << order;
            _caches[order].Flush(pfn => GiveBack(pfn, pages));
        }
    }
}
