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
    /// <param name="top">The top table.</param>
    /// <param name="levels">The table's levels.</param>
    /// <param name="address">Any byte of the page; below what the levels cover.</param>
    /// <param name="access">What is wanted; none asks for any permission at all, as a zero-length read does.</param>
    /// <param name="limits">What the unit takes away from the format.</param>
    public static WalkResult Walk(in TableReader tables, PhysAddr top, int levels, Iova address, IommuAccess access, in PageTableLimits limits)
    {
        var table = top;
        var granted = IommuAccess.ReadWrite;
        for (var level = levels - 1; ; level--)
        {
            var place = table.Value + (ulong)(TFormat.IndexOf(address.Value, level) * TFormat.EntryBytes);
            if (!tables.TryReadPagingEntry(new PhysAddr(place), level, out var raw))
                return WalkResult.Refused(FaultReason.PagingEntryUnreadable);

            var entry = TFormat.Decode(raw, level, limits);
            granted &= entry.Access;
            if (!Permits(granted, access))
                return WalkResult.Refused(access == IommuAccess.Write ? FaultReason.WriteDenied : FaultReason.ReadDenied);
            if (entry.Reserved == ReservedBits.Set)
                return WalkResult.Refused(FaultReason.PagingEntryReserved);
            if (entry.Kind == EntryKind.Leaf)
                return new WalkResult(FaultReason.None, entry.Target, level, granted);
            table = entry.Target;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Permits(IommuAccess granted, IommuAccess access) =>
        granted != IommuAccess.None && (granted & access) == access;
}
