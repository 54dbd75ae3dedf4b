using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Iommu;

/// <summary>An address space for devices: its tables in RAM, its free IOVAs, and the id under which the unit caches it. Linux: <c>struct iommu_domain</c>.</summary>
/// <remarks>
/// Strict: an unmap returns when the unit has forgotten the range and no transfer to it is under way. CPUs that work on different ranges share no lock here.
/// Source: facts/linux.md 5.4 and 5.5.
/// </remarks>
internal sealed class IommuDomain : IIotlbFlusher, IMappedAddresses
{
    private readonly VtdDriver _unit;
    private readonly ITablePages _pages;
    private readonly PageTable<VtdSecondStageFormat> _table;

    public IommuDomain(VtdDriver unit, PhysicalMemory ram, ITablePages pages, DomainId id, PhysAddr root, int cpuCount)
    {
        _unit = unit;
        _pages = pages;
        Id = id;
        Levels = unit.Levels;
        Last = unit.LastIova;
        _table = new PageTable<VtdSecondStageFormat>(ram, pages, this, unit.TableLimits, Levels, root, new PageTableOptions { Caches = unit.TableCaches });
        Iovas = new IovaAllocator(Last, cpuCount);
    }

    /// <summary>The tag of its cached translations.</summary>
    public DomainId Id { get; }

    /// <summary>Depth of its tables.</summary>
    public int Levels { get; }

    /// <summary>The top table.</summary>
    public PhysAddr Root => _table.Root;

    /// <summary>The last byte it can translate.</summary>
    public Iova Last { get; }

    /// <summary>Its unused IOVAs.</summary>
    public IovaAllocator Iovas { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    public DmaDebug? Debug { get; set; }

    /// <summary>Maps a range. Linux: <c>iommu_map()</c>.</summary>
    /// <param name="start">First byte, a multiple of 4 KiB.</param>
    /// <param name="target">Where it leads, a multiple of 4 KiB.</param>
    /// <param name="lengthBytes">A multiple of 4 KiB, not zero.</param>
    /// <param name="access">What devices may do.</param>
    /// <returns>EINVAL for a misaligned or unreachable range, EADDRINUSE when some of it is mapped, ENOMEM without a page for a table; then nothing of it stays mapped.</returns>
    public Errno Map(Iova start, PhysAddr target, ulong lengthBytes, IommuAccess access)
    {
        if (access == IommuAccess.None || !IsWhole(start.Value | target.Value | lengthBytes) || !Reaches(start, lengthBytes))
            return Errno.Invalid;
        var gather = default(IotlbGather);
        var error = _table.Map(start, target, lengthBytes, access, ref gather, out var mappedBytes);
        if (!gather.IsEmpty)
            Flush(ref gather);
        if (mappedBytes != 0 && Debug is { } debug)
            debug.OnDomainMapped(target, mappedBytes);
        if (_unit.CachesNotPresent && mappedBytes != 0)
            _unit.Invalidate(Id, new AddressRange<Iova>(start, mappedBytes), InvalidationHint.AnyEntry);
        if (error.IsError && mappedBytes != 0)
            Unmap(start, mappedBytes);
        return error;
    }

    /// <summary>Unmaps a range and waits until devices cannot reach it. Linux: <c>iommu_unmap()</c>.</summary>
    /// <returns>Bytes unmapped: fewer than asked at a hole, more when a large entry went as a whole.</returns>
    public ulong Unmap(Iova start, ulong lengthBytes)
    {
        var gather = default(IotlbGather);
        var unmapped = Unmap(start, lengthBytes, ref gather);
        Flush(ref gather);
        return unmapped;
    }

    /// <summary>Unmaps a range and leaves the invalidation to the owner of the gather. Linux: <c>iommu_unmap_fast()</c>.</summary>
    public ulong Unmap(Iova start, ulong lengthBytes, ref IotlbGather gather)
    {
        if (!IsWhole(start.Value | lengthBytes) || !Reaches(start, lengthBytes))
            return 0;
        if (Debug is { } debug)
            return UnmapChecked(debug, start, lengthBytes, ref gather);
        return _table.Unmap(start, lengthBytes, ref gather);
    }

    /// <inheritdoc/>
    public bool TryTranslate(Iova address, out PhysAddr physical)
    {
        physical = default;
        return address <= Last && _table.TryTranslate(address, out physical);
    }

    /// <inheritdoc/>
    public void Flush(ref IotlbGather gather)
    {
        if (gather.IsEmpty)
            return;
        _unit.Invalidate(Id, gather.Range, gather.TableCount == 0 ? InvalidationHint.LeafOnly : InvalidationHint.AnyEntry);
        for (var index = 0; index < gather.TableCount; index++)
            _pages.Free(gather.TableAt(index));
        gather = default;
    }

    /// <summary>Number of linked tables, the root included.</summary>
    public int CountTables() => _table.CountTables();

    /// <summary>Gives the tables back; no function uses the domain any more and the unit has forgotten it.</summary>
    public void FreeTables() => _table.FreeAll();

    private static bool IsWhole(ulong bits) => (bits & PageSize.Size4K.OffsetMask) == 0;

    private bool Reaches(Iova start, ulong lengthBytes) => lengthBytes != 0 && start <= Last && lengthBytes - 1 <= Last.Value - start.Value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong UnmapChecked(DmaDebug debug, Iova start, ulong lengthBytes, ref IotlbGather gather)
    {
        debug.OnDomainUnmapping(this, start, lengthBytes);
        var unmapped = _table.Unmap(start, lengthBytes, ref gather);
        debug.OnDomainUnmapped(this, start, lengthBytes, unmapped);
        return unmapped;
    }
}
