using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Hardware.Iommu;

/// <summary>A unit's eyes on its tables for one request: RAM itself, or, when the unit does not snoop the CPUs' caches, the memory behind them.</summary>
internal readonly struct TableReader
{
    private readonly PhysicalMemory _ram;
    private readonly TableMemory? _behind;
    private readonly Bdf _requester;

    /// <summary>Makes the reader of one request.</summary>
    /// <param name="ram">RAM.</param>
    /// <param name="behind">The memory behind the caches, or null when the unit snoops.</param>
    /// <param name="requester">Who asks.</param>
    public TableReader(PhysicalMemory ram, TableMemory? behind, Bdf requester)
    {
        _ram = ram;
        _behind = behind;
        _requester = requester;
    }

    /// <summary>Reads an entry of the root, a context or the interrupt table; false when it is unaligned or not RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadEntry(PhysAddr place, TableKind table, out ulong entry) => TryReadEntry(place, table, 0, out entry);

    /// <summary>Reads an entry of a page table; false when it is unaligned or not RAM.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="level">The table's level, counted from the leaf table, 0.</param>
    /// <param name="entry">What the unit sees there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadPagingEntry(PhysAddr place, int level, out ulong entry) => TryReadEntry(place, TableKind.Paging, level, out entry);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryReadEntry(PhysAddr place, TableKind table, int level, out ulong entry)
    {
        if (_behind is null)
            return _ram.TryReadEntry(place, out entry);
        var seen = _behind.ReadEntry(place, table, level, _requester);
        entry = seen.GetValueOrDefault();
        return seen.HasValue;
    }
}
