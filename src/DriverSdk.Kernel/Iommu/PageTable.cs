using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Writes a domain's page tables into RAM; the hardware reads them there and nowhere else. Levels count from the leaf table, 0, up.</summary>
/// <remarks>
/// CPUs may map and unmap different ranges at the same time without a lock: an entry belongs to whoever owns its IOVAs, and a table is unlinked only by the owner of
/// its whole span. Only linking a new table takes a lock. Entries are written with release order, children before their parents.
/// Source: facts/linux.md 5.4, 5.5, 5.10 (<c>generic_pt</c>).
/// </remarks>
/// <typeparam name="TFormat">The entries' format.</typeparam>
internal sealed class PageTable<TFormat>
    where TFormat : struct, IPageTableFormat<TFormat>
{
    private readonly PhysicalMemory _ram;
    private readonly ITablePages _pages;
    private readonly IIotlbFlusher _flusher;
    private readonly PageTableLimits _limits;
    private readonly int _topLevel;
    private RawSpinlock _linking;

    public PageTable(PhysicalMemory ram, ITablePages pages, IIotlbFlusher flusher, in PageTableLimits limits, int levels, PhysAddr root)
    {
        _ram = ram;
        _pages = pages;
        _flusher = flusher;
        _limits = limits;
        _topLevel = levels - 1;
        Root = root;
    }

    /// <summary>The top table.</summary>
    public PhysAddr Root { get; }

    /// <summary>Maps a range, each part with the largest page that IOVA, physical address and length allow.</summary>
    /// <param name="start">First byte, a multiple of 4 KiB.</param>
    /// <param name="target">Where it leads, a multiple of 4 KiB.</param>
    /// <param name="lengthBytes">Length, a multiple of 4 KiB.</param>
    /// <param name="access">What the device may do.</param>
    /// <param name="gather">Takes empty tables that gave way to a large page; flush it before the device is told of the mapping.</param>
    /// <param name="mappedBytes">How much was mapped; less than the length only on error, and the caller unmaps it.</param>
    public Errno Map(Iova start, PhysAddr target, ulong lengthBytes, IommuAccess access, ref IotlbGather gather, out ulong mappedBytes)
    {
        mappedBytes = 0;
        while (mappedBytes < lengthBytes)
        {
            var input = start.Value + mappedBytes;
            var output = target.Value + mappedBytes;
            var level = LevelFor(input | output, lengthBytes - mappedBytes);
            var error = GetTable(input, level, out var table);
            if (error.IsError)
                return error;
            var entries = Entries(table)[TFormat.IndexOf(input, level)..];
            var wanted = (lengthBytes - mappedBytes) >> TFormat.LeafSize(level).Shift;
            if (wanted < (ulong)entries.Length)
                entries = entries[..(int)wanted];
            var written = level == 0
                ? WriteLeaves(entries, new PhysAddr(output), access)
                : WriteLargeLeaves(entries, input, new PhysAddr(output), level, access, ref gather);
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
        Unmap(Root, _topLevel, ref position, start.Value + lengthBytes, ref gather);
        if (position != start.Value)
            gather.AddRange(start.Value, position - 1);
        return position - start.Value;
    }

    /// <summary>Where an IOVA leads; false where nothing is mapped.</summary>
    public bool TryTranslate(Iova address, out PhysAddr physical)
    {
        var table = Root;
        for (var level = _topLevel; level >= 0; level--)
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

        physical = default;
        return false;
    }

    /// <summary>Gives all tables back; no walk may start any more.</summary>
    public void FreeAll() => FreeBelow(Root, _topLevel);

    /// <summary>Number of tables that are linked, the root included.</summary>
    public int CountTables() => CountBelow(Root, _topLevel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<ulong> Entries(PhysAddr table) => MemoryMarshal.Cast<byte, ulong>(_ram.Span(table, TFormat.EntryBytes << TFormat.IndexBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong EntryOf(PhysAddr table, ulong input, int level) =>
        ref _ram.Entry(new PhysAddr(table.Value + ((ulong)TFormat.IndexOf(input, level) * (ulong)TFormat.EntryBytes)));

    private int LevelFor(ulong addresses, ulong lengthBytes)
    {
        var level = 0;
        while (level < _limits.LargestLeafLevel && level < _topLevel
            && (addresses & TFormat.LeafSize(level + 1).OffsetMask) == 0 && lengthBytes >= TFormat.LeafSize(level + 1).Bytes)
            level++;
        return level;
    }

    private Errno GetTable(ulong input, int wantedLevel, out PhysAddr table)
    {
        table = Root;
        for (var level = _topLevel; level > wantedLevel; level--)
        {
            ref var entry = ref EntryOf(table, input, level);
            var decoded = TFormat.Decode(Volatile.Read(ref entry), level, _limits);
            if (decoded.Kind == EntryKind.Empty && !TryLink(ref entry, level, out decoded))
                return Errno.NoMemory;
            if (decoded.Kind == EntryKind.Leaf)
                return Errno.AddressInUse;
            table = decoded.Target;
        }

        return Errno.Success;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryLink(ref ulong entry, int level, out PageTableEntry decoded)
    {
        _linking.Enter();
        try
        {
            // Somebody may have linked one while this CPU waited.
            decoded = TFormat.Decode(Volatile.Read(ref entry), level, _limits);
            if (decoded.Kind != EntryKind.Empty)
                return true;
            if (!_pages.TryAllocate(out var page))
                return false;
            var raw = TFormat.EncodeTable(page);
            Volatile.Write(ref entry, raw);
            decoded = TFormat.Decode(raw, level, _limits);
            return true;
        }
        finally
        {
            _linking.Exit();
        }
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

    private int WriteLargeLeaves(Span<ulong> entries, ulong input, PhysAddr target, int level, IommuAccess access, ref IotlbGather gather)
    {
        var size = TFormat.LeafSize(level).Bytes;
        for (var index = 0; index < entries.Length; index++)
        {
            var old = TFormat.Decode(Volatile.Read(ref entries[index]), level, _limits);
            if (old.Kind == EntryKind.Leaf || (old.Kind == EntryKind.Table && !IsEmptyBelow(old.Target, level - 1)))
                return index;
            Volatile.Write(ref entries[index], TFormat.EncodeLeaf(target + (size * (ulong)index), level, access));
            if (old.Kind == EntryKind.Table)
                GatherBelow(old.Target, level - 1, input + (size * (ulong)index), size, ref gather);
        }

        return entries.Length;
    }

    /// <summary>Clears from <paramref name="position"/> to <paramref name="end"/> or the table's end; false at a hole.</summary>
    private bool Unmap(PhysAddr table, int level, ref ulong position, ulong end, ref IotlbGather gather)
    {
        var entries = Entries(table);
        var size = TFormat.LeafSize(level).Bytes;
        if (level == 0)
            return ClearLeaves(entries[TFormat.IndexOf(position, 0)..], ref position, end);
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

    private void Gather(PhysAddr table, ulong start, ulong lengthBytes, ref IotlbGather gather)
    {
        gather.AddRange(start, start + (lengthBytes - 1));
        gather.AddTable(table);
        if (gather.IsFull)
            _flusher.Flush(ref gather);
    }

    private bool IsEmptyBelow(PhysAddr table, int level)
    {
        if (level == 0)
            return !Entries(table).ContainsAnyExcept(0UL);
        foreach (var raw in Entries(table))
        {
            var entry = TFormat.Decode(raw, level, _limits);
            if (entry.Kind == EntryKind.Leaf || (entry.Kind == EntryKind.Table && !IsEmptyBelow(entry.Target, level - 1)))
                return false;
        }

        return true;
    }

    private void GatherBelow(PhysAddr table, int level, ulong start, ulong lengthBytes, ref IotlbGather gather)
    {
        for (var index = 0; level > 0 && index < Entries(table).Length; index++)
        {
            var entry = TFormat.Decode(Entries(table)[index], level, _limits);
            if (entry.Kind == EntryKind.Table)
                GatherBelow(entry.Target, level - 1, start, lengthBytes, ref gather);
        }

        Gather(table, start, lengthBytes, ref gather);
    }

    private void FreeBelow(PhysAddr table, int level)
    {
        for (var index = 0; level > 0 && index < Entries(table).Length; index++)
        {
            var entry = TFormat.Decode(Entries(table)[index], level, _limits);
            if (entry.Kind == EntryKind.Table)
                FreeBelow(entry.Target, level - 1);
        }

        _pages.Free(table);
    }

    private int CountBelow(PhysAddr table, int level)
    {
        var count = 1;
        for (var index = 0; level > 0 && index < Entries(table).Length; index++)
        {
            var entry = TFormat.Decode(Entries(table)[index], level, _limits);
            if (entry.Kind == EntryKind.Table)
                count += CountBelow(entry.Target, level - 1);
        }

        return count;
    }
}
