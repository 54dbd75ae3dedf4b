using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What memory behind the CPUs' caches holds, where a non-coherent unit reads its tables: zeros at reset, and then whatever was written back, in lines of 64 bytes.</summary>
/// <remarks>
/// RAM holds what the CPUs have written. No line is ever evicted by itself: of all that real caches may do, this hides a missing write-back the longest. Any thread may
/// call any member; a line is copied in eight atomic parts, as a walk reads entries. A page costs 4 KiB from its first write-back on.
/// </remarks>
/// <param name="ram">RAM as the CPUs see it.</param>
internal sealed class TableMemory(PhysicalMemory ram)
{
    /// <summary>Bytes of a cache line.</summary>
    public const ulong LineBytes = 64;

    private const int EntriesPerPage = 512;

    private readonly ConcurrentDictionary<Pfn, ulong[]> _pages = new();
    private readonly ConcurrentDictionary<PhysAddr, byte> _told = new();

    /// <summary>Hears of stale reads, once for each line until that line is written back; null while nobody does.</summary>
    public Action<StaleTableRead>? OnStaleRead { get; set; }

    /// <summary>The first byte of the line that holds an address.</summary>
    public static PhysAddr LineOf(PhysAddr address) => new(address.Value & ~(LineBytes - 1));

    /// <summary>Copies every line that the range touches from RAM.</summary>
    /// <param name="start">The first byte.</param>
    /// <param name="lengthBytes">Length in bytes; lines outside RAM are left out.</param>
    public void WriteBack(PhysAddr start, ulong lengthBytes)
    {
        if (lengthBytes == 0)
            return;
        var last = LineOf(start + (lengthBytes - 1));
        for (var line = LineOf(start); line <= last; line += LineBytes)
            WriteBackLine(line);
    }

    /// <summary>Reads an entry as the unit sees it; null when it is unaligned or not RAM.</summary>
    /// <remarks>Returned rather than handed out by reference, which would keep the entries of a walk on the stack also where no such memory exists.</remarks>
    /// <param name="place">Where it lies.</param>
    /// <param name="table">Which table it belongs to.</param>
    /// <param name="level">The page table's level; 0 for the other tables.</param>
    /// <param name="requester">Whose request makes the unit read it.</param>
    public ulong? ReadEntry(PhysAddr place, TableKind table, int level, Bdf requester)
    {
        if (!ram.TryReadEntry(place, out var written))
            return null;
        var entry = _pages.TryGetValue(Pfn.Containing(place), out var page) ? Volatile.Read(ref page[IndexOf(place)]) : 0;
        if (entry != written && OnStaleRead is { } tell && _told.TryAdd(LineOf(place), 0))
            tell(new StaleTableRead(place, table, level, requester, entry, written));
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(PhysAddr place) => (int)(place.Value >> 3) & (EntriesPerPage - 1);

    private void WriteBackLine(PhysAddr line)
    {
        if (!ram.Contains(line, LineBytes))
            return;
        var page = _pages.GetOrAdd(Pfn.Containing(line), static _ => new ulong[EntriesPerPage]);
        var first = IndexOf(line);
        for (var index = 0; index < (int)LineBytes / sizeof(ulong); index++)
            Volatile.Write(ref page[first + index], Volatile.Read(ref ram.Entry(line + ((ulong)index * sizeof(ulong)))));
        if (!_told.IsEmpty)
            _told.TryRemove(line, out _);
    }
}
