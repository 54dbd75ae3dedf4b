using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Dma;

/// <summary>What both doors do behind their shapes: physical memory in, addresses for one device out. Linux: drivers/iommu/dma-iommu.c and kernel/dma/direct.h.</summary>
internal sealed class DmaMapper
{
    private readonly CallSiteTable _callSites;
    private readonly DmaCounters _counters;
    private IovaPreference _preference = IovaPreference.Below4GiB;

    public DmaMapper(Device device, CallSiteTable callSites, IommuDomain? domain, DmaCounters counters)
    {
        Device = device;
        _callSites = callSites;
        _counters = counters;
        Domain = domain;
    }

    public Device Device { get; }

    /// <summary>The device's domain, or null where it uses physical addresses.</summary>
    public IommuDomain? Domain { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    public DmaDebug? Debug { get; set; }

    public DmaMask Mask { get; set; }

    public DmaMask CoherentMask { get; set; }

    public ulong MaxSegmentBytes { get; set; } = 64 << 10;

    public ulong SegmentBoundaryMask { get; set; } = ulong.MaxValue;

    /// <summary>Maps one contiguous run; false when no IOVA, no table page or no address within the mask is left.</summary>
    public bool TryMap(int cpu, PhysAddr start, ulong lengthBytes, DmaDirection direction, MappingKind kind, string file, int line, out Iova iova)
    {
        InterruptPoint.Poll();
        var mask = kind == MappingKind.Coherent ? CoherentMask : Mask;
        var mapped = Domain is { } domain
            ? TryMapTranslated(cpu, domain, start, lengthBytes, direction, mask, out iova)
            : TryMapDirect(start, lengthBytes, mask, out iova);
        if (!mapped)
            return false;
        _counters.CountMap(cpu);
        if (Debug is { } debug)
            Record(debug, iova, start, lengthBytes, direction, kind, file, line);
        return true;
    }

    /// <summary>Unmaps a run; when it returns the device cannot reach it.</summary>
    public void Unmap(int cpu, Iova iova, ulong lengthBytes, string file, int line)
    {
        InterruptPoint.Poll();
        _counters.CountUnmap(cpu);
        if (Debug is { } debug)
            UnmapChecked(debug, cpu, iova, lengthBytes, file, line);
        else
            UnmapNow(cpu, iova, lengthBytes);
    }

    /// <summary>Maps a list as one run of IOVAs; false, and nothing mapped, when something is missing.</summary>
    public bool TryMapList(int cpu, ScatterList list, DmaDirection direction, string file, int line)
    {
        InterruptPoint.Poll();
        var mapped = Domain is { } domain ? TryMapListTranslated(cpu, domain, list, direction) : TryMapListDirect(list);
        if (!mapped)
            return false;
        _counters.CountMap(cpu);
        list.MakeSegments(MaxSegmentBytes, SegmentBoundaryMask);
        if (Debug is { } debug)
        {
            var site = _callSites.Intern(file, line);
            foreach (ref var entry in list.Entries)
                debug.OnMapped(new MappingRecord(Device, entry.Iova, entry.Physical, entry.LengthBytes, direction, MappingKind.ScatterGather, site));
        }

        list.MarkMapped();
        return true;
    }

    /// <summary>Unmaps a list with one invalidation.</summary>
    public void UnmapList(int cpu, ScatterList list, string file, int line)
    {
        InterruptPoint.Poll();
        if (Debug is { } debug)
        {
            var site = _callSites.Intern(file, line);
            foreach (ref var entry in list.Entries)
                entry.Ticket = debug.OnUnmapping(Device, entry.Iova, entry.LengthBytes, site);
        }

        _counters.CountUnmap(cpu);
        list.MarkUnmapped();
        if (Domain is { } domain)
            UnmapListNow(cpu, domain, list);
        if (Debug is { } stillOn)
        {
            foreach (ref var entry in list.Entries)
                stillOn.OnDrained(entry.Ticket);
        }
    }

    /// <summary>Memory is about to go back to the page allocator, and is known here as something more than pages.</summary>
    public void CheckFreed(PhysAddr start, ulong lengthBytes, FreedMemoryKind kind, string file, int line) =>
        Debug?.OnObjectFreeing(start, lengthBytes, kind, _callSites.Intern(file, line));

    /// <summary>A loan was unmapped through a stale copy.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void ReportStaleLoan(Iova iova, string file, int line) => Debug?.OnStaleUnmap(Device, iova, _callSites.Intern(file, line));

    private static IommuAccess AccessOf(DmaDirection direction) => direction switch
    {
        DmaDirection.ToDevice => IommuAccess.Read,
        DmaDirection.FromDevice => IommuAccess.Write,
        _ => IommuAccess.ReadWrite,
    };

    private static ulong OffsetIn(ulong address) => address & PageSize.Size4K.OffsetMask;

    private static ulong PagesOf(ulong address, ulong lengthBytes) => (OffsetIn(address) + lengthBytes + PageSize.Size4K.OffsetMask) >> PageSize.CpuShift;

    private static bool TryMapDirect(PhysAddr start, ulong lengthBytes, DmaMask mask, out Iova iova)
    {
        iova = new Iova(start.Value);
        return start.Value + (lengthBytes - 1) <= mask.Last.Value;
    }

    private bool TryMapTranslated(int cpu, IommuDomain domain, PhysAddr start, ulong lengthBytes, DmaDirection direction, DmaMask mask, out Iova iova)
    {
        var offset = OffsetIn(start.Value);
        var pages = PagesOf(start.Value, lengthBytes);
        iova = default;
        if (!domain.Iovas.TryAllocate(cpu, pages, mask.Last, ref _preference, out var run))
            return false;
        if (domain.Map(run, new PhysAddr(start.Value - offset), pages << PageSize.CpuShift, AccessOf(direction)).IsError)
        {
            domain.Iovas.Free(cpu, run, pages);
            return false;
        }

        iova = new Iova(run.Value + offset);
        return true;
    }

    // Apart, as UnmapChecked is: the record's place on the stack would be cleared by every map, also with the sanitizer off.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Record(DmaDebug debug, Iova iova, PhysAddr start, ulong lengthBytes, DmaDirection direction, MappingKind kind, string file, int line) =>
        debug.OnMapped(new MappingRecord(Device, iova, start, lengthBytes, direction, kind, _callSites.Intern(file, line)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void UnmapChecked(DmaDebug debug, int cpu, Iova iova, ulong lengthBytes, string file, int line)
    {
        var ticket = debug.OnUnmapping(Device, iova, lengthBytes, _callSites.Intern(file, line));
        UnmapNow(cpu, iova, lengthBytes);
        debug.OnDrained(ticket);
    }

    private void UnmapNow(int cpu, Iova iova, ulong lengthBytes)
    {
        if (Domain is not { } domain)
            return;
        var run = new Iova(iova.Value - OffsetIn(iova.Value));
        var pages = PagesOf(iova.Value, lengthBytes);
        // After an unmap that was not whole something of the range may still be mapped, so nobody else may get it.
        if (domain.Unmap(run, pages << PageSize.CpuShift) == pages << PageSize.CpuShift)
            domain.Iovas.Free(cpu, run, pages);
    }

    private bool TryMapListDirect(ScatterList list)
    {
        foreach (ref var entry in list.Entries)
        {
            if (!TryMapDirect(entry.Physical, entry.LengthBytes, Mask, out entry.Iova))
                return false;
        }

        return true;
    }

    private bool TryMapListTranslated(int cpu, IommuDomain domain, ScatterList list, DmaDirection direction)
    {
        list.RunPages = LayOut(list);
        if (!domain.Iovas.TryAllocate(cpu, list.RunPages, Mask.Last, ref _preference, out var run))
            return false;
        list.RunStart = run;
        var gather = default(IotlbGather);
        for (var index = 0; index < list.Count; index++)
        {
            ref var entry = ref list.Entries[index];
            entry.Iova = run + entry.RunOffset;
            var offset = OffsetIn(entry.Physical.Value);
            var lengthBytes = PagesOf(entry.Physical.Value, entry.LengthBytes) << PageSize.CpuShift;
            if (!domain.Map(new Iova(entry.Iova.Value - offset), new PhysAddr(entry.Physical.Value - offset), lengthBytes, AccessOf(direction)).IsError)
                continue;
            UnmapEntries(domain, list.Entries[..index], ref gather);
            domain.Flush(ref gather);
            domain.Iovas.Free(cpu, run, list.RunPages);
            return false;
        }

        return true;
    }

    /// <summary>Gives each piece its place in the run, so that none crosses the segment boundary that need not.</summary>
    private ulong LayOut(ScatterList list)
    {
        ulong length = 0;
        foreach (ref var entry in list.Entries)
        {
            var offset = OffsetIn(entry.Physical.Value);
            var wholeBytes = PagesOf(entry.Physical.Value, entry.LengthBytes) << PageSize.CpuShift;
            var room = SegmentBoundaryMask - (length & SegmentBoundaryMask);
            if ((length & SegmentBoundaryMask) != 0 && wholeBytes - 1 > room)
                length += room + 1;
            entry.RunOffset = length + offset;
            length += wholeBytes;
        }

        return length >> PageSize.CpuShift;
    }

    private static ulong UnmapEntries(IommuDomain domain, ReadOnlySpan<ScatterList.Entry> entries, ref IotlbGather gather)
    {
        ulong missingBytes = 0;
        foreach (ref readonly var entry in entries)
        {
            var wholeBytes = PagesOf(entry.Iova.Value, entry.LengthBytes) << PageSize.CpuShift;
            missingBytes += wholeBytes - Math.Min(wholeBytes, domain.Unmap(new Iova(entry.Iova.Value - OffsetIn(entry.Iova.Value)), wholeBytes, ref gather));
        }

        return missingBytes;
    }

    private static void UnmapListNow(int cpu, IommuDomain domain, ScatterList list)
    {
        var gather = default(IotlbGather);
        var missingBytes = UnmapEntries(domain, list.Entries, ref gather);
        domain.Flush(ref gather);
        if (missingBytes == 0)
            domain.Iovas.Free(cpu, list.RunStart, list.RunPages);
    }
}
