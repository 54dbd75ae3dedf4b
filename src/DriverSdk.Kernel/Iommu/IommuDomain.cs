using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Iommu;

/// <summary>An address space for devices: its tables in RAM, its free IOVAs, and the units that cache it, each under an id of its own. Linux: <c>struct iommu_domain</c>.</summary>
/// <remarks>
/// One domain may serve devices of several units: all walk the same tables, and each is told what to forget. The blocked and the identity domain have no tables.
/// Strict: an unmap returns when the unit has forgotten the range and no transfer to it is under way. CPUs that work on different ranges share no lock here.
/// Source: facts/linux.md 5.4 and 5.5.
/// </remarks>
internal sealed class IommuDomain : IIotlbFlusher, IMappedAddresses
{
    private const int MaxHostAddressWidth = 52;

    private readonly ITablePages? _pages;
    private readonly PageTable<VtdSecondStageFormat>? _table;
    private DomainUnit[] _units = [];
    private bool _cachesNotPresent;
    private DirtyTracking _tracking;

    /// <summary>Makes an empty domain with tables, in no unit yet.</summary>
    /// <param name="type">Who fills it.</param>
    /// <param name="features">What the units that will have it have in common.</param>
    /// <param name="ram">RAM.</param>
    /// <param name="pages">Where its tables come from.</param>
    /// <param name="root">An empty page for the top table.</param>
    /// <param name="cpuCount">CPUs that map.</param>
    /// <param name="caches">Where its tables are written back when a unit that will have it does not snoop, else null.</param>
    public IommuDomain(DomainType type, in UnitFeatures features, PhysicalMemory ram, ITablePages pages, PhysAddr root, int cpuCount, ICpuCaches? caches = null)
    {
        Type = type;
        Features = features;
        Levels = features.Levels;
        Last = features.Last;
        _pages = pages;
        _table = new PageTable<VtdSecondStageFormat>(ram, pages, this, new PageTableLimits(MaxHostAddressWidth, features.LargePages), Levels, root, new PageTableOptions { Caches = caches });
        Iovas = new IovaAllocator(Last, cpuCount);
    }

    // Nothing can be mapped here: not even the first page lies below its last byte.
    private IommuDomain(DomainType type)
    {
        Type = type;
        Iovas = new IovaAllocator(new Iova(PageSize.Size4K.OffsetMask), cpuCount: 1);
    }

    /// <summary>What it does with requests.</summary>
    public DomainType Type { get; }

    /// <summary>What units must be able to do that it can be attached to.</summary>
    public UnitFeatures Features { get; }

    /// <summary>Depth of its tables, 0 for a domain without.</summary>
    public int Levels { get; }

    /// <summary>The top table.</summary>
    public PhysAddr Root => _table?.Root ?? default;

    /// <summary>The last byte it can translate.</summary>
    public Iova Last { get; }

    /// <summary>Its unused IOVAs.</summary>
    public IovaAllocator Iovas { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    public DmaDebug? Debug { get; set; }

    /// <summary>Makes the domain that lets everything through at its physical address.</summary>
    public static IommuDomain MakeIdentity() => new(DomainType.Identity);

    /// <summary>Makes the domain that refuses everything.</summary>
    public static IommuDomain MakeBlocked() => new(DomainType.Blocked);

    /// <summary>Whether a device is in it.</summary>
    public bool IsInUse => Volatile.Read(ref _units).Length != 0;

    /// <summary>One more device of a unit will be in the domain; callers hold the IOMMU core's lock.</summary>
    /// <returns>EINVAL for a unit that cannot do what the domain needs, ENOSPC without a domain id there.</returns>
    public Errno AddUnit(VtdDriver unit)
    {
        if (Type == DomainType.Blocked)
            return Errno.Success;
        if (FindUnit(unit) is { } known)
        {
            known.Uses++;
            return Errno.Success;
        }

        if (!(Type == DomainType.Identity ? unit.Features.PassesThrough : unit.Features.CanWalk(Features)))
            return Errno.Invalid;
        if (!unit.TryTakeId(out var id))
            return Errno.NoSpace;
        _cachesNotPresent |= unit.Features.CachesNotPresent;
        // Before the unit learns of the tables: from then on every unmap must reach it.
        Volatile.Write(ref _units, [.. _units, new DomainUnit(unit, id)]);
        return Errno.Success;
    }

    /// <summary>A device of a unit has left the domain and reaches it no more; after the last one the unit forgets it.</summary>
    public void RemoveUnit(VtdDriver unit)
    {
        if (FindUnit(unit) is not { } known || --known.Uses != 0)
            return;
        unit.Invalidate(known.Id);
        Volatile.Write(ref _units, [.. _units.Where(other => other != known)]);
        unit.ReturnId(known.Id);
    }

    /// <summary>The tag of its cached translations in a unit that has it.</summary>
    /// <exception cref="InvalidOperationException">The unit does not have it.</exception>
    public DomainId IdOn(VtdDriver unit) =>
        FindUnit(unit)?.Id ?? throw new InvalidOperationException($"No device of the unit at {unit.Registers} is in this domain; attach one first.");

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
        var error = _table!.Map(start, target, lengthBytes, access, ref gather, out var mappedBytes);
        if (!gather.IsEmpty)
            Flush(ref gather);
        if (mappedBytes != 0 && Debug is { } debug)
            debug.OnDomainMapped(target, mappedBytes);
        if (_cachesNotPresent && mappedBytes != 0)
            Invalidate(new AddressRange<Iova>(start, mappedBytes), InvalidationHint.AnyEntry);
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
        return _table!.Unmap(start, lengthBytes, ref gather);
    }

    /// <inheritdoc/>
    public bool TryTranslate(Iova address, out PhysAddr physical)
    {
        physical = default;
        return address <= Last && _table is { } table && table.TryTranslate(address, out physical);
    }

    /// <summary>Where an address leads a device of this domain; false where nowhere. The identity domain leads everywhere to itself. Linux: <c>iommu_iova_to_phys()</c>.</summary>
    public bool IovaToPhys(Iova address, out PhysAddr physical)
    {
        physical = new PhysAddr(address.Value);
        return Type == DomainType.Identity || TryTranslate(address, out physical);
    }

    /// <summary>Starts or stops marking the pages that devices write. Linux: <c>set_dirty_tracking()</c>.</summary>
    /// <returns>EOPNOTSUPP where a unit cannot: none in legacy mode can, whose second-stage entries have no dirty bit.</returns>
    public Errno SetDirtyTracking(DirtyTracking tracking)
    {
        if (!Features.TracksDirty)
            return Errno.NotSupported;
        _tracking = tracking;
        return Errno.Success;
    }

    /// <summary>Collects the pages of a range that devices have written. Linux: <c>read_and_clear_dirty()</c>.</summary>
    /// <returns>EOPNOTSUPP where a unit cannot, EINVAL while tracking is off or when the tables do not reach so far.</returns>
    public Errno ReadAndClearDirty(AddressRange<Iova> range, DirtyRead read, DirtyBitmap dirty)
    {
        if (!Features.TracksDirty)
            return Errno.NotSupported;
        if (_tracking == DirtyTracking.Off || _table is not { } table)
            return Errno.Invalid;
        var gather = default(IotlbGather);
        var error = table.ReadDirty(range, read, dirty, ref gather);
        Flush(ref gather);
        return error;
    }

    /// <inheritdoc/>
    public void Flush(ref IotlbGather gather)
    {
        if (gather.IsEmpty)
            return;
        Invalidate(gather.Range, gather.TableCount == 0 ? InvalidationHint.LeafOnly : InvalidationHint.AnyEntry);
        for (var index = 0; index < gather.TableCount; index++)
            _pages!.Free(gather.TableAt(index));
        gather = default;
    }

    /// <summary>Number of linked tables, the root included.</summary>
    public int CountTables() => _table?.CountTables() ?? 0;

    /// <summary>Gives the tables back; no unit has the domain any more.</summary>
    public void FreeTables() => _table?.FreeAll();

    /// <summary>Makes every unit that has the domain forget a range; returns when no transfer to it is under way.</summary>
    private void Invalidate(AddressRange<Iova> range, InvalidationHint hint)
    {
        foreach (var one in Volatile.Read(ref _units))
            one.Unit.Invalidate(one.Id, range, hint);
    }

    private DomainUnit? FindUnit(VtdDriver unit)
    {
        foreach (var one in Volatile.Read(ref _units))
        {
            if (one.Unit == unit)
                return one;
        }

        return null;
    }

    private static bool IsWhole(ulong bits) => (bits & PageSize.Size4K.OffsetMask) == 0;

    private bool Reaches(Iova start, ulong lengthBytes) => lengthBytes != 0 && start <= Last && lengthBytes - 1 <= Last.Value - start.Value;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong UnmapChecked(DmaDebug debug, Iova start, ulong lengthBytes, ref IotlbGather gather)
    {
        debug.OnDomainUnmapping(this, start, lengthBytes);
        var unmapped = _table!.Unmap(start, lengthBytes, ref gather);
        debug.OnDomainUnmapped(this, start, lengthBytes, unmapped);
        return unmapped;
    }
}
