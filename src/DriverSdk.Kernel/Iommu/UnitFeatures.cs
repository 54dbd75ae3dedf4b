using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Kernel.Iommu;

/// <summary>What a unit lets a domain be, as its capability registers say; of several units, what all of them let it be.</summary>
internal readonly record struct UnitFeatures
{
    private const int WidthOfFourLevels = 48;

    /// <summary>Depths of tables it walks (CAP.SAGAW).</summary>
    public TableDepths Depths { get; init; }

    /// <summary>Width of the addresses it translates, in bits (CAP.MGAW).</summary>
    public int AddressWidth { get; init; }

    /// <summary>Leaf sizes besides 4 KiB (CAP.SLLPS).</summary>
    public LargePages LargePages { get; init; }

    /// <summary>Whether it sees what CPUs have in their caches (ECAP.C).</summary>
    public bool IsCoherent { get; init; }

    /// <summary>Whether it may cache entries that are not present (CAP.CM), so that mapping needs an invalidation too.</summary>
    public bool CachesNotPresent { get; init; }

    /// <summary>Whether it can let requests through untranslated (ECAP.PT).</summary>
    public bool PassesThrough { get; init; }

    /// <summary>Whether it marks pages that devices have written. No unit in legacy mode does. Source: facts/vtd.md 2.</summary>
    public bool TracksDirty { get; init; }

    /// <summary>Depth of the tables a domain gets, or 0 where no depth is supported: the least that reaches all addresses, or the greatest there is.</summary>
    public int Levels =>
        Depths.HasFlag(TableDepths.FiveLevels) && AddressWidth > WidthOfFourLevels ? 5
        : Depths.HasFlag(TableDepths.FourLevels) ? 4
        : Depths.HasFlag(TableDepths.ThreeLevels) ? 3
        : Depths.HasFlag(TableDepths.FiveLevels) ? 5 : 0;

    /// <summary>The last byte that tables of <see cref="Levels"/> translate.</summary>
    public Iova Last => LastOf(Levels);

    /// <summary>Reads a unit's capability registers.</summary>
    public static UnitFeatures Of(Capability capability, ExtendedCapability extended) => new()
    {
        Depths = capability.SupportedDepths,
        AddressWidth = capability.MaxGuestAddressWidth,
        LargePages = capability.LargePages,
        IsCoherent = extended.CoherentWalks,
        CachesNotPresent = capability.CachingMode,
        PassesThrough = extended.PassThrough,
    };

    /// <summary>What both let a domain be.</summary>
    public UnitFeatures Intersect(in UnitFeatures other) => new()
    {
        Depths = Depths & other.Depths,
        AddressWidth = Math.Min(AddressWidth, other.AddressWidth),
        LargePages = LargePages & other.LargePages,
        IsCoherent = IsCoherent && other.IsCoherent,
        CachesNotPresent = CachesNotPresent || other.CachesNotPresent,
        PassesThrough = PassesThrough && other.PassesThrough,
        TracksDirty = TracksDirty && other.TracksDirty,
    };

    /// <summary>Whether a unit with these features can walk the tables of a domain that was made for others. Linux: <c>paging_domain_compatible()</c>.</summary>
    public bool CanWalk(in UnitFeatures domain)
    {
        var depth = (TableDepths)(1 << (domain.Levels - 2));
        return domain.Levels != 0
            && Depths.HasFlag(depth)
            && LastOf(domain.Levels) >= domain.Last
            && LargePages.HasFlag(domain.LargePages)
            && (IsCoherent || !domain.IsCoherent);
    }

    private Iova LastOf(int levels) => new((1UL << Math.Min(AddressWidth, PageSize.CpuShift + (VtdSecondStageFormat.IndexBits * levels))) - 1);
}
