using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What the second-stage tables in memory say about an address, without any cache; a walk that ends in the interrupt range is refused here.</summary>
/// <param name="options">What the unit offers.</param>
internal sealed class TableTranslator(RemappingUnitOptions options)
{
    private readonly PageTableLimits _limits = new(options.HostAddressWidth, options.LargePages)
    {
        OfferedLeafBits = options.SnoopControl ? VtdSecondStageFormat.Snoop : 0,
    };

    /// <summary>Walks from the top of a context's tables.</summary>
    /// <param name="tables">The unit's eyes on them.</param>
    /// <param name="context">Names the tables.</param>
    /// <param name="address">Any byte of the page; within the context's width.</param>
    /// <param name="needed">The permission needed; none needs any.</param>
    public WalkResult Walk(in TableReader tables, CachedContext context, Iova address, IommuAccess needed)
    {
        var nobody = default(NoWalkObserver);
        return Judge(TableWalker<VtdSecondStageFormat>.Walk(tables, context.Start, address, needed, _limits, ref nobody), address);
    }

    /// <summary>Walks from a known entry on, and says which non-leaf entries there were.</summary>
    /// <param name="tables">The unit's eyes on the tables.</param>
    /// <param name="start">Where to begin.</param>
    /// <param name="address">Any byte of the page; within the context's width.</param>
    /// <param name="needed">The permission needed; none needs any.</param>
    /// <param name="trail">Receives the non-leaf entries.</param>
    public WalkResult Walk(in TableReader tables, in WalkStart start, Iova address, IommuAccess needed, ref WalkTrail trail) =>
        Judge(TableWalker<VtdSecondStageFormat>.Walk(tables, start, address, needed, _limits, ref trail), address);

    /// <summary>Whether the whole page may be used as one. A page with a part in the interrupt range is handed out in small pieces, each judged by itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsWhole(in WalkResult walk) => walk.Level == 0 || !TouchesInterruptRange(walk);

    /// <summary>What a requester gets of the page that a walk found.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TranslatedPage PageOf(in WalkResult walk, Iova address)
    {
        var size = VtdSecondStageFormat.LeafSize(walk.Level);
        var offset = address.Value & size.OffsetMask;
        var cut = IsWhole(walk) ? size : PageSize.Size4K;
        return new TranslatedPage(walk.Page + offset, cut.Bytes - (address.Value & cut.OffsetMask));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static WalkResult Judge(in WalkResult walk, Iova address)
    {
        if (walk.Reason != FaultReason.None)
            return walk;
        var target = walk.Page.Value + (address.Value & VtdSecondStageFormat.LeafSize(walk.Level).OffsetMask);
        return InterruptMessage.Window.Contains(new PhysAddr(target))
            ? WalkResult.Refused(FaultReason.ResultInInterruptRange, 0, walk.Granted)
            : walk;
    }

    private static bool TouchesInterruptRange(in WalkResult walk) =>
        InterruptMessage.Window.Overlaps(new AddressRange<PhysAddr>(walk.Page, VtdSecondStageFormat.LeafSize(walk.Level).Bytes));
}
