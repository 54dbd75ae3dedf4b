using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Writes a domain's page tables into RAM; the hardware reads them there and nowhere else. Levels count from the leaf table, 0, up.</summary>
/// <remarks>
/// CPUs may map and unmap different ranges at the same time without a lock: an entry belongs to whoever owns its IOVAs, and a table is unlinked only by the owner of
/// its whole span. Only linking a new table or a new top takes a lock. Entries are written with release order, children before their parents; where a unit does not
/// snoop, what changed in a table is written back at once, and a child before its parent is written.
/// Source: facts/linux.md 5.4, 5.5, 5.10 (<c>generic_pt</c>).
/// </remarks>
/// <typeparam name="TFormat">The entries' format.</typeparam>
internal sealed partial class PageTable<TFormat>
    where TFormat : struct, IPageTableFormat<TFormat>
{
    private readonly PhysicalMemory _ram;
    private readonly ITablePages _pages;
    private readonly IIotlbFlusher _flusher;
    private readonly PageTableLimits _limits;
    private readonly ICpuCaches? _caches;
    private readonly int _maxTopLevel;
    private readonly PageSizeSet _sizes;
    private RawSpinlock _linking;

    // Address and level of the top table in one word, so that nobody sees one without the other.
    private ulong _top;

    // Whether a new table's entry may be in the caches only.
    private int _unwrittenLinks;

    public PageTable(
        PhysicalMemory ram, ITablePages pages, IIotlbFlusher flusher, in PageTableLimits limits, int levels, PhysAddr root, PageTableOptions options = default)
    {
        _ram = ram;
        _pages = pages;
        _flusher = flusher;
        _limits = limits;
        _caches = options.Caches;
        _maxTopLevel = Math.Max(levels, options.MaxLevels) - 1;
        for (var level = 0; level <= Math.Min(limits.LargestLeafLevel, _maxTopLevel); level++)
            _sizes = new PageSizeSet(_sizes.Sizes | TFormat.LeafSize(level).Bytes);
        _top = TopOf(root, levels - 1);
    }

    /// <summary>The top table; another one after the table has grown.</summary>
    public PhysAddr Root => RootOf(Volatile.Read(ref _top));

    /// <summary>Depth of the table.</summary>
    public int Levels => TopLevelOf(Volatile.Read(ref _top)) + 1;

    /// <summary>The page sizes it may use.</summary>
    public PageSizeSet Sizes => _sizes;

    /// <summary>Maps a range, each part with the largest page that IOVA, physical address and length allow.</summary>
    /// <param name="start">First byte, a multiple of 4 KiB.</param>
    /// <param name="target">Where it leads, a multiple of 4 KiB.</param>
    /// <param name="lengthBytes">Length, a multiple of 4 KiB.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="gather">Takes empty tables that gave way to a large page; flush it before the device is told of the mapping.</param>
    /// <param name="mappedBytes">How much was mapped; less than the length only on error, and the caller unmaps it.</param>
    /// <returns>EADDRINUSE when some of it is mapped, ENOMEM without a page for a table, EINVAL for a range beyond what the table covers.</returns>
    public Errno Map(Iova start, PhysAddr target, ulong lengthBytes, IommuAccess access, ref IotlbGather gather, out ulong mappedBytes)
    {
        mappedBytes = 0;
        var top = Volatile.Read(ref _top);
        if (!Covers(top, start.Value, lengthBytes))
        {
            var error = Grow(start.Value, lengthBytes, out top);
            if (error.IsError)
                return error;
        }

        while (mappedBytes < lengthBytes)
        {
            var input = start.Value + mappedBytes;
            var output = target.Value + mappedBytes;
            var level = LevelFor(input, output, lengthBytes - mappedBytes, TopLevelOf(top));
            var error = GetTable(top, input, level, out var table);
            if (error.IsError)
                return error;
            var first = TFormat.IndexOf(input, level);
            var entries = Entries(table)[first..];
            var wanted = (lengthBytes - mappedBytes) >> TFormat.LeafSize(level).Shift;
            if (wanted < (ulong)entries.Length)
                entries = entries[..(int)wanted];
            var written = level == 0
                ? WriteLeaves(entries, new PhysAddr(output), access)
                : WriteLargeLeaves(entries, table, input, new PhysAddr(output), level, access, ref gather);
            if (_caches is not null)
                WriteBack(table, first, written);
            mappedBytes += (ulong)written << TFormat.LeafSize(level).Shift;
            if (written < entries.Length)
                return Errno.AddressInUse;
        }

        return Errno.Success;
    }

    /// <summary>Unmaps from <paramref name="start"/> on, up to the first hole; a large entry that is only partly meant goes as a whole.</summary>
    /// <returns>Bytes unmapped: fewer than asked at a hole, more when a large entry went.</returns>
    public ulong Unmap(Iova start, ulong lengthBytes, ref IotlbGather gather)
    {
        var position = start.Value;
        var top = Volatile.Read(ref _top);
        if (!Covers(top, start.Value, lengthBytes))
            return 0;
        Unmap(RootOf(top), TopLevelOf(top), ref position, start.Value + lengthBytes, ref gather);
        if (position != start.Value)
            gather.AddRange(start.Value, position - 1);
        return position - start.Value;
    }

    /// <summary>Where an IOVA leads; false where nothing is mapped.</summary>
    public bool TryTranslate(Iova address, out PhysAddr physical)
    {
        physical = default;
        var top = Volatile.Read(ref _top);
        if (!Covers(top, address.Value, 1))
            return false;
        var table = RootOf(top);
        for (var level = TopLevelOf(top); level >= 0; level--)
        {
            var entry = TFormat.Decode(Volatile.Read(ref EntryOf(table, address.Value, level)), level, _limits);
            if (entry.Kind == EntryKind.Leaf)
            {
                physical = entry.Target + (address.Value & TFormat.LeafSize(level).OffsetMask);
                return true;
            }

            if (entry.Kind == EntryKind.Empty)
                break;
            table = entry.Target;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<ulong> Entries(PhysAddr table) => MemoryMarshal.Cast<byte, ulong>(_ram.Span(table, TFormat.EntryBytes << TFormat.IndexBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong EntryOf(PhysAddr table, ulong input, int level) =>
        ref _ram.Entry(new PhysAddr(table.Value + ((ulong)TFormat.IndexOf(input, level) * (ulong)TFormat.EntryBytes)));

    private static ulong TopOf(PhysAddr root, int level) => root.Value | (uint)level;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PhysAddr RootOf(ulong top) => new(top & ~PageSize.Size4K.OffsetMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TopLevelOf(ulong top) => (int)(top & PageSize.Size4K.OffsetMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Covers(ulong top, ulong start, ulong lengthBytes)
    {
        var last = start + lengthBytes - 1;
        return last >= start && last >> TFormat.LeafSize(TopLevelOf(top) + 1).Shift == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int LevelFor(ulong input, ulong output, ulong lengthBytes, int topLevel)
    {
        var shift = _sizes.LargestShift(input, input + lengthBytes - 1, output);
        return Math.Min((shift - TFormat.LeafSize(0).Shift) / TFormat.IndexBits, topLevel);
    }

    private void WriteBack(PhysAddr table, int firstIndex, int count) =>
        _caches!.WriteBack(table + (ulong)(firstIndex * TFormat.EntryBytes), (ulong)(count * TFormat.EntryBytes));

    private Errno GetTable(ulong top, ulong input, int wantedLevel, out PhysAddr table)
    {
        table = RootOf(top);
        for (var level = TopLevelOf(top); level > wantedLevel; level--)
        {
            ref var entry = ref EntryOf(table, input, level);
            var decoded = TFormat.Decode(Volatile.Read(ref entry), level, _limits);
            if (decoded.Kind == EntryKind.Empty && !TryLink(ref entry, table, input, level, out decoded))
                return Errno.NoMemory;
            if (decoded.Kind == EntryKind.Leaf)
                return Errno.AddressInUse;
            table = decoded.Target;
        }

        if (_caches is not null && Volatile.Read(ref _unwrittenLinks) != 0)
            WaitForLinks();
        return Errno.Success;
    }

    private static int WriteLeaves(Span<ulong> entries, PhysAddr target, IommuAccess access)
    {
        // This writer leaves nothing but zero in an empty entry, so that the search for a used one is one vector loop.
        var free = entries.Length == 1 ? (entries[0] == 0 ? 1 : 0) : entries.IndexOfAnyExcept(0UL);
        if (free < 0)
            free = entries.Length;
        var raw = TFormat.EncodeLeaf(target, 0, access);
        foreach (ref var entry in entries[..free])
        {
            Volatile.Write(ref entry, raw);
            raw += TFormat.LeafSize(0).Bytes;
        }

        return free;
    }

    private int WriteLargeLeaves(Span<ulong> entries, PhysAddr table, ulong input, PhysAddr target, int level, IommuAccess access, ref IotlbGather gather)
    {
        var size = TFormat.LeafSize(level).Bytes;
        for (var index = 0; index < entries.Length; index++)
        {
            var old = TFormat.Decode(Volatile.Read(ref entries[index]), level, _limits);
            if (old.Kind == EntryKind.Leaf || (old.Kind == EntryKind.Table && !IsEmptyBelow(old.Target, level - 1)))
                return index;
            Volatile.Write(ref entries[index], TFormat.EncodeLeaf(target + (size * (ulong)index), level, access));
            if (old.Kind != EntryKind.Table)
                continue;
            if (_caches is not null)
                WriteBack(table, TFormat.IndexOf(input, level) + index, 1);
            GatherBelow(old.Target, level - 1, input + (size * (ulong)index), size, ref gather);
        }

        return entries.Length;
    }

    /// <summary>Clears from <paramref name="position"/> to <paramref name="end"/> or the table's end; false at a hole.</summary>
    private bool Unmap(PhysAddr table, int level, ref ulong position, ulong end, ref IotlbGather gather)
    {
        var start = position;
        var isWhole = level == 0
            ? ClearLeaves(Entries(table)[TFormat.IndexOf(position, 0)..], ref position, end)
            : ClearEntries(table, level, ref position, end, ref gather);
        if (_caches is not null && position != start)
            WriteBack(table, TFormat.IndexOf(start, level), TFormat.IndexOf(position - 1, level) - TFormat.IndexOf(start, level) + 1);
        return isWhole;
    }

    private bool ClearEntries(PhysAddr table, int level, ref ulong position, ulong end, ref IotlbGather gather)
    {
        var entries = Entries(table);
        var size = TFormat.LeafSize(level).Bytes;
        for (var index = TFormat.IndexOf(position, level); index < entries.Length && position < end; index++)
        {
            var entry = TFormat.Decode(Volatile.Read(ref entries[index]), level, _limits);
            var isAtEntry = (position & (size - 1)) == 0;
            if (entry.Kind == EntryKind.Empty || (entry.Kind == EntryKind.Leaf && !isAtEntry))
                return false;
            if (entry.Kind == EntryKind.Leaf)
            {
                Volatile.Write(ref entries[index], 0);
                position += size;
                continue;
            }

            var coversAll = isAtEntry && end - position >= size;
            var entryStart = position;
            if (!Unmap(entry.Target, level - 1, ref position, end, ref gather))
                return false;
            if (!coversAll)
                continue;
            Volatile.Write(ref entries[index], 0);
            if (_caches is not null)
                WriteBack(table, index, 1);
            Gather(entry.Target, entryStart, size, ref gather);
        }

        return true;
    }

    private static bool ClearLeaves(Span<ulong> entries, ref ulong position, ulong end)
    {
        var shift = TFormat.LeafSize(0).Shift;
        var wanted = (end - position + TFormat.LeafSize(0).OffsetMask) >> shift;
        if (wanted < (ulong)entries.Length)
            entries = entries[..(int)wanted];
        var mapped = entries.Length == 1 ? (entries[0] == 0 ? 0 : -1) : entries.IndexOf(0UL);
        var hasHole = mapped >= 0;
        if (hasHole)
            entries = entries[..mapped];
        foreach (ref var entry in entries)
            Volatile.Write(ref entry, 0);
        position += (ulong)entries.Length << shift;
        return !hasHole;
    }
}
