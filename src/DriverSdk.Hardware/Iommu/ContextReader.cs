using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Reads a requester's root and context entry from RAM and checks them, in the specification's order.</summary>
/// <remarks>Source: facts/vtd.md 2. That unused bits of a domain id are ignored is unverified against the specification.</remarks>
/// <param name="options">What the unit offers.</param>
internal sealed class ContextReader(RemappingUnitOptions options)
{
    private readonly TableDepths _depths = UnitCapabilities.CapabilityOf(options).SupportedDepths;

    /// <summary>Finds the entry of <paramref name="source"/>.</summary>
    public ContextLookup Read(in TableReader tables, PhysAddr rootTable, Bdf source)
    {
        var reason = ReadRoot(tables, RootEntry.AddressIn(rootTable, source), out var root);
        if (reason != FaultReason.None)
            return new ContextLookup(reason, default, null);

        reason = ReadContext(tables, ContextEntry.AddressIn(root.ContextTable, source), out var entry);
        if (reason != FaultReason.None)
            return new ContextLookup(reason, entry, null);

        var domain = new DomainId((ushort)(entry.Domain.Value & (options.DomainCount - 1)));
        return new ContextLookup(FaultReason.None, entry, new CachedContext(entry, domain, WidthOf(entry)));
    }

    private FaultReason ReadRoot(in TableReader tables, PhysAddr place, out RootEntry root)
    {
        root = default;
        if (!tables.TryReadEntry(place, TableKind.Root, out var low) || !tables.TryReadEntry(place + sizeof(ulong), TableKind.Root, out var high))
            return FaultReason.RootEntryUnreadable;
        root = new RootEntry(low, high);
        if (!root.IsPresent)
            return FaultReason.RootEntryNotPresent;
        return root.HasReservedBits(options.HostAddressWidth) ? FaultReason.RootEntryReserved : FaultReason.None;
    }

    private FaultReason ReadContext(in TableReader tables, PhysAddr place, out ContextEntry entry)
    {
        entry = default;
        if (!tables.TryReadEntry(place, TableKind.Context, out var low) || !tables.TryReadEntry(place + sizeof(ulong), TableKind.Context, out var high))
            return FaultReason.ContextEntryUnreadable;
        entry = new ContextEntry(low, high);
        if (!entry.IsPresent)
            return FaultReason.ContextEntryNotPresent;
        if (entry.HasReservedBits(options.HostAddressWidth))
            return FaultReason.ContextEntryReserved;
        return IsDepthOffered(entry.Levels) && IsTypeOffered(entry.Type) ? FaultReason.None : FaultReason.ContextEntryInvalid;
    }

    // SAGAW bit n stands for n + 2 levels.
    private bool IsDepthOffered(int levels) => ((int)_depths & (1 << (levels - 2))) != 0;

    private bool IsTypeOffered(TranslationType type) => type switch
    {
        TranslationType.UntranslatedOnly => true,
        TranslationType.WithDeviceTlb => options.DeviceTlb,
        TranslationType.PassThrough => options.PassThrough,
        _ => false,
    };

    private int WidthOf(in ContextEntry entry)
    {
        if (entry.Type == TranslationType.PassThrough)
            return options.HostAddressWidth;
        return Math.Min(options.AddressWidth, PageSize.CpuShift + (VtdSecondStageFormat.IndexBits * entry.Levels));
    }
}
