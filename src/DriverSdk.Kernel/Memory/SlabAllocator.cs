using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Locking;
using CallSite = DriverSdk.Kernel.Debugging.CallSite;

namespace DriverSdk.Kernel.Memory;

/// <summary>kmalloc: objects of 13 sizes that share pages, and blocks of pages for anything larger. Linux: mm/slub.c.</summary>
internal sealed class SlabAllocator
{
    /// <summary>The largest object that shares its pages.</summary>
    public const int MaxObjectBytes = 8192;

    /// <summary>The largest request that can succeed.</summary>
    public const ulong MaxRequestBytes = (ulong)PageSize.CpuBytes << PageAllocator.MaxOrder;

    private readonly PhysicalMemory _ram;
    private readonly PageAllocator _pages;
    private readonly CallSiteTable _callSites;
    private readonly SlabCache[] _caches;
    private readonly byte[] _cacheByEighth = new byte[(MaxObjectBytes / 8) + 1];
    private readonly SlabCache[] _dma32Caches;
    private Slab?[] _slabs = new Slab?[16];
    private int _slabCount = 1;
    private RawSpinlock _lock;

    public SlabAllocator(PhysicalMemory ram, PageAllocator pages, int cpuCount, CallSiteTable callSites)
    {
        _ram = ram;
        _pages = pages;
        _callSites = callSites;
        // Objects below 4 GiB share pages among themselves only: a slab from anywhere must not serve them.
        _caches = [.. Classes.Select(kind => new SlabCache(this, kind.ObjectBytes, kind.Order, cpuCount))];
        _dma32Caches = [.. Classes.Select(kind => new SlabCache(this, kind.ObjectBytes, kind.Order, cpuCount))];
        for (int eighth = 0, cache = 0; eighth < _cacheByEighth.Length; eighth++)
        {
            if (eighth * 8 > Classes[cache].ObjectBytes)
                cache++;
            _cacheByEighth[eighth] = (byte)cache;
        }
    }

    /// <summary>The kmalloc classes with the order of their slabs: from 512 bytes up, eight objects or at least four share a block.</summary>
    internal static IReadOnlyList<(int ObjectBytes, int Order)> Classes { get; } =
    [
        (8, 0), (16, 0), (32, 0), (64, 0), (96, 0), (128, 0), (192, 0), (256, 0),
        (512, 0), (1024, 1), (2048, 2), (4096, 3), (8192, 3),
    ];

    /// <summary>Takes memory for <paramref name="lengthBytes"/> bytes; false when there is none. Does not check for sleeping.</summary>
    public bool TryAlloc(ulong lengthBytes, Gfp gfp, CallSite site, out PhysAddr start)
    {
        if (lengthBytes > MaxObjectBytes)
            return TryAllocLarge(lengthBytes, gfp, site, out start);
        var caches = (gfp & Gfp.Dma32) == 0 ? _caches : _dma32Caches;
        var cache = caches[_cacheByEighth[(int)((lengthBytes + 7) >> 3)]];
        if (!cache.TryTake(site, gfp, out start))
            return false;
        if ((gfp & Gfp.Zero) != 0)
            _ram.Span(start, cache.ObjectBytes).Clear();
        return true;
    }

    /// <summary>Frees the object that begins at the address.</summary>
    /// <exception cref="InvalidOperationException">No live object begins there; nothing is changed.</exception>
    public void Free(PhysAddr start, CallSite site)
    {
        if (!TryFindSlab(start, out var slab))
        {
            FreeLarge(start, site);
            return;
        }

        if (!slab.IsLiveAt(start, out var index))
            throw MemoryThrow.BadObjectFree(start, slab.RecordOf(start), _callSites);
        _pages.Debug?.OnObjectFreeing(start, (ulong)slab.Cache.ObjectBytes, FreedMemoryKind.SlabObject, site);
        if (!slab.TryPut(index, site, out var needsNewHome))
            throw MemoryThrow.BadObjectFree(start, slab.RecordOf(start), _callSites);
        if (needsNewHome)
            slab.Cache.Rehome(slab, site);
    }

    /// <summary>The object around a byte, if a slab lives there.</summary>
    public bool TryFindRecord(PhysAddr address, out AllocationRecord record)
    {
        var isSlab = TryFindSlab(address, out var slab);
        record = isSlab ? slab!.RecordOf(address) : default;
        return isSlab;
    }

    internal bool TryCreate(SlabCache cache, CallSite site, Gfp gfp, [NotNullWhen(true)] out Slab? slab)
    {
        slab = null;
        if (!_pages.TryAllocPages(cache.Order, gfp & Gfp.Dma32, site, FreedMemoryKind.SlabPage, out var first))
            return false;
        _lock.Enter();
        if (!cache.Retired.TryPop(out slab))
            slab = Register(cache);
        _lock.Exit();
        slab.Reset(first);
        for (var page = 0UL; page < 1UL << cache.Order; page++)
            Volatile.Write(ref _pages.Map[first.Value + page].SlabNumber, slab.Number);
        return true;
    }

    internal void Retire(Slab slab, CallSite site)
    {
        var first = slab.First;
        for (var page = 0UL; page < 1UL << slab.Cache.Order; page++)
            Volatile.Write(ref _pages.Map[first.Value + page].SlabNumber, 0);
        _lock.Enter();
        slab.Cache.Retired.Push(slab);
        _lock.Exit();
        _pages.FreePages(first, slab.Cache.Order, site, FreedMemoryKind.SlabPage);
    }

    // The lock is held. A reader may hold the shorter array: it then knows no live object of the new slab either.
    private Slab Register(SlabCache cache)
    {
        if (_slabCount == _slabs.Length)
        {
            var longer = new Slab?[_slabs.Length * 2];
            _slabs.CopyTo(longer, 0);
            Volatile.Write(ref _slabs, longer);
        }

        var slab = new Slab(cache, _slabCount);
        _slabs[_slabCount++] = slab;
        return slab;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFindSlab(PhysAddr address, [NotNullWhen(true)] out Slab? slab)
    {
        var pfn = address.Value >> PageSize.CpuShift;
        var number = pfn < _pages.Map.EndPfn ? Volatile.Read(ref _pages.Map[pfn].SlabNumber) : 0;
        slab = number == 0 ? null : Volatile.Read(ref _slabs)[number];
        return slab is not null;
    }

    private bool TryAllocLarge(ulong lengthBytes, Gfp gfp, CallSite site, out PhysAddr start)
    {
        start = default;
        if (lengthBytes > MaxRequestBytes)
            return false;
        var order = BitOperations.Log2(lengthBytes - 1) + 1 - PageSize.CpuShift;
        if (!_pages.TryAllocPages(order, gfp, site, FreedMemoryKind.LargeObject, out var first))
            return false;
        start = first.Start;
        return true;
    }

    private void FreeLarge(PhysAddr start, CallSite site)
    {
        if (!_pages.Map.TryFindRecord(Pfn.Containing(start), out var record)
            || record.Kind != FreedMemoryKind.LargeObject || record.Memory.Start != start || record.Status != AllocationStatus.Allocated)
            throw MemoryThrow.BadObjectFree(start, record, _callSites);
        var order = BitOperations.Log2(record.Memory.LengthBytes) - PageSize.CpuShift;
        _pages.FreePages(Pfn.Containing(start), order, site, FreedMemoryKind.LargeObject);
    }
}
