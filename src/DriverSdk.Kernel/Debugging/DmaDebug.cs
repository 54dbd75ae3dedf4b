using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Kernel.Debugging;

/// <summary>The DMA checks: what allocators, the DMA API and IOMMU domains tell, put together, and what is wrong told to the sink.</summary>
/// <remarks>
/// Whoever holds one holds it in a nullable field, so that a machine without checks pays one load and a branch not taken. Mapping and unmapping allocate nothing here
/// once the tables have their size. A map and a free that race are caught by whichever comes second.
/// </remarks>
internal sealed class DmaDebug : IDisposable
{
    private readonly IViolationSink _sink;
    private readonly PageStates? _pages;
    private readonly GranuleCounts? _granules;
    private readonly MappingLedger _ledger = new();
    private readonly MappedMemoryIndex _memoryIndex = new();

    /// <summary>Makes the checks of one machine.</summary>
    /// <param name="mode">What is counted.</param>
    /// <param name="endOfRam">One past the highest byte of RAM.</param>
    /// <param name="sink">Who is told.</param>
    public DmaDebug(DmaCheckMode mode, PhysAddr endOfRam, IViolationSink sink)
    {
        _sink = sink;
        if (mode == DmaCheckMode.Exact)
            _pages = new PageStates(endOfRam);
        else
            _granules = new GranuleCounts(endOfRam);
    }

    /// <summary>Names the allocation in a report.</summary>
    public KernelMemory? Memory
    {
        get;
        set
        {
            field = value;
            OnReserved(KernelLayout.ImageRam);
            OnReserved(KernelLayout.FirmwareRam);
        }
    }

    /// <summary>Memory that is in use without ever having been allocated: the kernel image, firmware.</summary>
    public void OnReserved(AddressRange<PhysAddr> memory)
    {
        if (!memory.IsEmpty)
            _pages?.Allocate(Pfn.Containing(memory.Start), Pfn.Containing(memory.Last) - Pfn.Containing(memory.Start) + 1);
    }

    /// <summary>A block left the page allocator; nobody uses it yet.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnPagesAllocated(Pfn first, int order, CallSite site)
    {
        _pages?.Allocate(first, 1UL << order);
        if (_granules is not null)
            CheckGranules(DmaViolationKind.AllocatedWhileMapped, first, order, allocatedAt: site, freedAt: default);
    }

    /// <summary>A block is about to go back to the page allocator; it is still allocated, and stays so if this throws.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnPagesFreeing(Pfn first, int order, CallSite site)
    {
        if (_granules is not null)
            CheckGranules(DmaViolationKind.FreedWhileMapped, first, order, AllocatedAt(first.Start), site);
        if (_pages is null || _pages.Free(first, 1UL << order) == PageFindings.None)
            return;
        try
        {
            ReportFreed(new AddressRange<PhysAddr>(first.Start, (ulong)PageSize.CpuBytes << order), FreedMemoryKind.Pages, site);
        }
        catch
        {
            _pages.Allocate(first, 1UL << order);
            throw;
        }
    }

    /// <summary>Memory smaller than its pages is about to be freed; it is still allocated, and stays so if this throws.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnObjectFreeing(PhysAddr start, ulong lengthBytes, FreedMemoryKind kind, CallSite site)
    {
        var memory = new AddressRange<PhysAddr>(start, lengthBytes);
        if (_pages is null || memory.IsEmpty)
            return;
        var findings = _pages.Inspect(Pfn.Containing(start), Pfn.Containing(memory.Last) - Pfn.Containing(start) + 1);
        if ((findings & (PageFindings.Mapped | PageFindings.Draining)) != 0)
            ReportFreed(memory, kind, site);
    }

    /// <summary>The DMA API made a mapping.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnMapped(in MappingRecord record)
    {
        _ledger.Add(record);
        if (_pages is null)
            return;
        // Filed before it is counted: a free that sees the count must find the mapping.
        _memoryIndex.Add(record);
        var findings = _pages.Map(record.FirstPage, record.PageCount);
        if ((findings & PageFindings.Overflow) != 0)
            _sink.Report(Of(DmaViolationKind.CountUnbalanced, record));
        if ((findings & PageFindings.NotAllocated) != 0)
            CheckAllocated(record);
    }

    /// <summary>The DMA API is about to unmap. The result goes to <see cref="OnDrained"/> when the invalidation is done.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public MappingRecord? OnUnmapping(Device device, Iova iova, ulong lengthBytes, CallSite site)
    {
        if (!_ledger.TryBeginUnmap(device, iova, lengthBytes, site, out var record))
        {
            _sink.Report(new DmaViolation(DmaViolationKind.UnmappedTwice) { Device = device, Iova = iova, UnmappedBytes = lengthBytes, UnmappedAt = site });
            return null;
        }

        var findings = _pages?.BeginDrain(record.FirstPage, record.PageCount) ?? PageFindings.None;
        if (record.LengthBytes != lengthBytes)
            _sink.Report(Of(DmaViolationKind.LengthMismatch, record) with { UnmappedBytes = lengthBytes });
        else if (findings != PageFindings.None)
            _sink.Report(Of(DmaViolationKind.CountUnbalanced, record));
        return record;
    }

    /// <summary>The invalidation of an unmap is done: no device reaches the memory any more.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnDrained(in MappingRecord? unmapped)
    {
        if (unmapped is not { } record)
            return;
        if (_pages is not null)
        {
            _pages.EndDrain(record.FirstPage, record.PageCount);
            _memoryIndex.Remove(record);
        }

        _ledger.Remove(record);
    }

    /// <summary>A loan was unmapped through a copy that outlived it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnStaleUnmap(Device device, Iova iova, CallSite site) =>
        _sink.Report(new DmaViolation(DmaViolationKind.StaleLoan) { Device = device, Iova = iova, UnmappedAt = site });

    /// <summary>A driver was unbound; every mapping it still has is a leak. One report names the first and counts the others. Linux: <c>dma_debug_device_change()</c>.</summary>
    public void CheckUnbind(Device device)
    {
        var live = _ledger.LiveOf(device);
        if (live.Count != 0)
            _sink.Report(Of(DmaViolationKind.MappingLeaked, live[0]) with { AllocatedAt = AllocatedAt(live[0].Start), MoreCount = live.Count - 1 });
    }

    /// <summary>The mappings a device has now, lowest IOVA first.</summary>
    public IReadOnlyList<MappingRecord> LiveMappings(Device device) => _ledger.LiveOf(device);

    /// <summary>A domain mapped a range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnDomainMapped(PhysAddr start, ulong lengthBytes)
    {
        if (_granules is not null && !_granules.Increment(start, lengthBytes))
            _sink.Report(new DmaViolation(DmaViolationKind.CountUnbalanced) { Memory = new AddressRange<PhysAddr>(start, lengthBytes), MappedBytes = lengthBytes });
    }

    /// <summary>A domain is about to unmap a range, while its translations can still be read.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnDomainUnmapping(IMappedAddresses domain, Iova start, ulong lengthBytes)
    {
        if (_granules is null)
            return;
        var plain = true;
        for (ulong offset = 0; offset < lengthBytes; offset += PageSize.CpuBytes)
        {
            if (domain.TryTranslate(start + offset, out var physical))
                plain &= _granules.Decrement(physical);
        }

        if (!plain)
            _sink.Report(new DmaViolation(DmaViolationKind.CountUnbalanced) { Iova = start, UnmappedBytes = lengthBytes });
    }

    /// <summary>A domain unmapped a range: what was counted down and is still mapped is counted up again.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnDomainUnmapped(IMappedAddresses domain, Iova start, ulong askedBytes, ulong unmappedBytes)
    {
        if (_granules is null || askedBytes == unmappedBytes)
            return;
        if (unmappedBytes > askedBytes)
        {
            // The translations of the surplus are gone, so its pages keep their counts: Linux gives up here too.
            _sink.Report(new DmaViolation(DmaViolationKind.UnmappedTooMuch) { Iova = start, MappedBytes = unmappedBytes, UnmappedBytes = askedBytes });
            return;
        }

        for (var offset = unmappedBytes; offset < askedBytes; offset += PageSize.CpuBytes)
        {
            if (domain.TryTranslate(start + offset, out var physical))
                _granules.Increment(physical, PageSize.CpuBytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _pages?.Dispose();
        _granules?.Dispose();
    }

    private static DmaViolation Of(DmaViolationKind kind, in MappingRecord record) => new(kind)
    {
        Device = record.Device,
        Iova = record.Iova,
        Memory = record.Memory,
        MappedBytes = record.LengthBytes,
        Direction = record.Direction,
        MappedAt = record.MappedAt,
        UnmappedAt = record.UnmappedAt,
    };

    private CallSite AllocatedAt(PhysAddr address) => Memory is { } memory && memory.TryFindAllocation(address, out var record) ? record.AllocatedAt : default;

    // A page may go back to its allocator on behalf of a vmalloc area or a stack; the owner's record says so.
    private FreedMemoryKind KindOf(PhysAddr address, FreedMemoryKind kind) =>
        kind == FreedMemoryKind.Pages && Memory is { } memory && memory.TryFindAllocation(address, out var record) ? record.Kind : kind;

    private void CheckAllocated(in MappingRecord record)
    {
        for (ulong index = 0; index < record.PageCount; index++)
        {
            var page = record.FirstPage + index;
            if ((_pages!.Inspect(page, 1) & PageFindings.NotAllocated) == 0)
                continue;
            var found = default(AllocationRecord);
            if (Memory is { } memory && memory.TryFindAllocation(page.Start, out found) && found.Status == AllocationStatus.Allocated)
            {
                // Allocated before the checks were turned on: learn it now.
                _pages.Allocate(page, 1);
                continue;
            }

            _sink.Report(Of(DmaViolationKind.MappedWhileFree, record) with
            {
                Memory = new AddressRange<PhysAddr>(page.Start, PageSize.CpuBytes),
                AllocatedAt = found.AllocatedAt,
                FreedAt = found.FreedAt,
            });
            return;
        }
    }

    private void CheckGranules(DmaViolationKind kind, Pfn first, int order, CallSite allocatedAt, CallSite freedAt)
    {
        for (ulong page = 0; page < 1UL << order; page++)
        {
            if (_granules!.Read(first + page) == 0)
                continue;
            _sink.Report(new DmaViolation(kind)
            {
                Memory = new AddressRange<PhysAddr>((first + page).Start, PageSize.CpuBytes),
                AllocatedAt = allocatedAt,
                FreedAt = freedAt,
            });
        }
    }

    /// <summary>Finds the mappings with a byte in freed memory and reports the first that was not reported yet.</summary>
    private void ReportFreed(AddressRange<PhysAddr> memory, FreedMemoryKind kind, CallSite site)
    {
        var overlapping = new List<(Device Device, Iova Iova, PhysAddr Start)>();
        _memoryIndex.FindOverlapping(memory, overlapping);
        var unreported = new List<MappingRecord>();
        foreach (var (device, iova, start) in overlapping)
        {
            if (_ledger.TryFind(device, iova, start, out var record) && !record.IsReported)
                unreported.Add(record);
        }

        foreach (var record in unreported)
            _ledger.MarkReported(record);
        if (unreported.Count == 0)
            return;
        // A mapping the device can use is worse than one that is about to go.
        var first = unreported.Find(record => !record.IsDraining);
        var violation = first.Device is null ? Of(DmaViolationKind.FreedWhileDraining, unreported[0]) : Of(DmaViolationKind.FreedWhileMapped, first);
        _sink.Report(violation with { Memory = memory, FreedKind = KindOf(memory.Start, kind), AllocatedAt = AllocatedAt(memory.Start), FreedAt = site, MoreCount = unreported.Count - 1 });
    }
}
