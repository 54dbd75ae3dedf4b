using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Walks a page table in RAM, top level first. Per level the order is: readable, permitted, no reserved bit, then leaf or descent.</summary>
/// <remarks>Source: facts/vtd.md 3.</remarks>
/// <typeparam name="TFormat">The table's format.</typeparam>
internal static class TableWalker<TFormat>
    where TFormat : struct, IPageTableFormat<TFormat>
{
    /// <summary>Walks for one access.</summary>
    /// <param name="tables">The unit's eyes on them.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="address">Any byte of the page; below what the levels cover.</param>
    /// <param name="access">What is wanted; none asks for any permission at all, as a zero-length read does.</param>
    /// <param name="limits">What the unit takes away from the format.</param>
    /// <param name="observer">Learns of each non-leaf entry, also of one that does not permit the access.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WalkResult Walk<TObserver>(
        in TableReader tables, in WalkStart start, Iova address, IommuAccess access, in PageTableLimits limits, ref TObserver observer)
        where TObserver : struct, IWalkObserver
    {
        var eyes = tables;
        var table = start.Table;
        var granted = start.Granted;
        for (var level = start.Level; ; level--)
        {
            var place = table.Value + (ulong)(TFormat.IndexOf(address.Value, level) * TFormat.EntryBytes);
            if (!eyes.TryReadPagingEntry(new PhysAddr(place), level, out var raw))
                return WalkResult.Refused(FaultReason.PagingEntryUnreadable, level, granted);

            var entry = TFormat.Decode(raw, level, limits);
            granted &= entry.Access;
            if (entry.Kind == EntryKind.Table && entry.Reserved == ReservedBits.Clear)
                observer.Pass(level, entry.Target, granted);
            if (!WalkResult.Permits(granted, access))
                return WalkResult.Refused(WalkResult.DenialOf(access), level, granted);
            if (entry.Reserved == ReservedBits.Set)
                return WalkResult.Refused(FaultReason.PagingEntryReserved, level, granted);
            if (entry.Kind == EntryKind.Leaf)
                return new WalkResult(FaultReason.None, entry.Target, level, granted);
            table = entry.Target;
        }
    }
}
