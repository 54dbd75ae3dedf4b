using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Kernel.Iommu;

/// <content>Which pages devices have written.</content>
internal sealed partial class PageTable<TFormat>
    where TFormat : struct, IPageTableFormat<TFormat>
{
    /// <summary>Collects the pages that devices have written since the last look; holes are passed over. Linux: <c>read_and_clear_dirty()</c>.</summary>
    /// <param name="range">Where to look; a large page that the range only touches counts as a whole.</param>
    /// <param name="read">Whether the pages become clean.</param>
    /// <param name="dirty">Receives the pages.</param>
    /// <param name="gather">Receives what became clean: until it is flushed, a write through a cached translation may leave no mark.</param>
    /// <returns>EINVAL where a unit that does not snoop would mark pages behind the CPUs' caches, and for a range beyond the table.</returns>
    public Errno ReadDirty(AddressRange<Iova> range, DirtyRead read, DirtyBitmap dirty, ref IotlbGather gather)
    {
        var top = Volatile.Read(ref _top);
        if (_caches is not null || !Covers(top, range.Start.Value, range.LengthBytes))
            return Errno.Invalid;
        ReadDirty(RootOf(top), TopLevelOf(top), range.Start.Value, range.Last.Value, read, dirty, ref gather);
        return Errno.Success;
    }

    private static bool TryClean(ref ulong entry)
    {
        var old = Volatile.Read(ref entry);
        while (TFormat.IsDirty(old))
        {
            // The unit sets bits of the entry at the same time; none of them may be lost.
            var found = Interlocked.CompareExchange(ref entry, TFormat.MakeClean(old), old);
            if (found == old)
                return true;
            old = found;
        }

        return false;
    }

    private void ReadDirty(PhysAddr table, int level, ulong first, ulong last, DirtyRead read, DirtyBitmap dirty, ref IotlbGather gather)
    {
        var entries = Entries(table);
        var size = TFormat.LeafSize(level);
        var end = TFormat.IndexOf(last, level);
        for (var index = TFormat.IndexOf(first, level); index <= end; index++)
        {
            var start = (first & ~TFormat.LeafSize(level + 1).OffsetMask) + ((ulong)index << size.Shift);
            var raw = Volatile.Read(ref entries[index]);
            var entry = TFormat.Decode(raw, level, _limits);
            if (entry.Kind == EntryKind.Table)
            {
                ReadDirty(entry.Target, level - 1, Math.Max(first, start), Math.Min(last, start + size.OffsetMask), read, dirty, ref gather);
            }
            else if (entry.Kind == EntryKind.Leaf && (read == DirtyRead.Keep ? TFormat.IsDirty(raw) : TryClean(ref entries[index])))
            {
                dirty.Mark(new AddressRange<Iova>(new Iova(start), size.Bytes));
                if (read == DirtyRead.Clear)
                    gather.AddRange(start, start + size.OffsetMask);
            }
        }
    }
}
