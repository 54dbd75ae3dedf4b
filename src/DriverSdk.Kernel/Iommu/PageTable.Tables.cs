using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Kernel.Iommu;

/// <content>The tables themselves: linked, replaced, counted and given back.</content>
internal sealed partial class PageTable<TFormat>
    where TFormat : struct, IPageTableFormat<TFormat>
{
    /// <summary>Gives all tables back; no walk may start any more.</summary>
    public void FreeAll() => FreeBelow(Root, Levels - 1);

    /// <summary>Number of tables that are linked, the root included.</summary>
    public int CountTables() => CountBelow(Root, Levels - 1);

    // Another CPU linked a table on the way and may not have written its entry back yet; until it has, a unit does not see what is mapped below.
    private void WaitForLinks()
    {
        _linking.Enter();
        _linking.Exit();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Errno Grow(ulong start, ulong lengthBytes, out ulong top)
    {
        top = default;
        if (!Covers(TopOf(default, _maxTopLevel), start, lengthBytes))
            return Errno.Invalid;
        _linking.Enter();
        try
        {
            for (top = _top; !Covers(top, start, lengthBytes);)
            {
                if (!_pages.TryAllocate(out var page))
                    return Errno.NoMemory;
                Volatile.Write(ref Entries(page)[0], TFormat.EncodeTable(RootOf(top)));
                if (_caches is not null)
                    WriteBack(page, 0, 1);
                Volatile.Write(ref _top, top = TopOf(page, TopLevelOf(top) + 1));
            }

            return Errno.Success;
        }
        finally
        {
            _linking.Exit();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryLink(ref ulong entry, PhysAddr table, ulong input, int level, out PageTableEntry decoded)
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
            if (_caches is null)
                Volatile.Write(ref entry, raw);
            else
                WriteLinkBack(ref entry, raw, table, TFormat.IndexOf(input, level));
            decoded = TFormat.Decode(raw, level, _limits);
            return true;
        }
        finally
        {
            _linking.Exit();
        }
    }

    private void WriteLinkBack(ref ulong entry, ulong raw, PhysAddr table, int index)
    {
        // Before the entry: whoever finds the entry without the lock must find this as well, until it has been written back.
        Volatile.Write(ref _unwrittenLinks, 1);
        Volatile.Write(ref entry, raw);
        WriteBack(table, index, 1);
        Volatile.Write(ref _unwrittenLinks, 0);
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
