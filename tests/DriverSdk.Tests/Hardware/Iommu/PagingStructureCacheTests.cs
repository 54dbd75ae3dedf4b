using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class PagingStructureCacheTests
{
    private const ulong Touched = 0x4000_0000;
    private const ulong Untouched = Touched + 0x1000;
    private static readonly CachePolicy OnlyTables = CachePolicy.Minimal with { ContextEntries = 65536, PagingStructures = CacheGeometry.Unbounded };

    [TestMethod]
    public void AReplacedTable_IsWalkedUntilItsInvalidation()
    {
        using var fixture = WithReplacedTable(OnlyTables);
        fixture.ShouldReach(UnitFixture.FrameA, Untouched);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Untouched), 0));
        fixture.ShouldReach(UnitFixture.FrameB, Untouched);
    }

    [TestMethod]
    public void WithoutTheCache_AReplacedTableIsWalkedAtOnce()
    {
        using var fixture = WithReplacedTable(OnlyTables with { PagingStructures = CacheGeometry.None });
        fixture.ShouldReach(UnitFixture.FrameB, Untouched);
    }

    [TestMethod]
    [DataRow((int)IotlbGranularity.Global, 0UL, (int)InvalidationHint.AnyEntry, true)]
    [DataRow((int)IotlbGranularity.Domain, 0UL, (int)InvalidationHint.AnyEntry, true)]
    [DataRow((int)IotlbGranularity.Domain, 0UL, (int)InvalidationHint.LeafOnly, true)]
    [DataRow((int)IotlbGranularity.Page, Touched, (int)InvalidationHint.AnyEntry, true)]
    [DataRow((int)IotlbGranularity.Page, Touched + 0x1f_f000, (int)InvalidationHint.AnyEntry, true)]
    [DataRow((int)IotlbGranularity.Page, Touched, (int)InvalidationHint.LeafOnly, false)]
    [DataRow((int)IotlbGranularity.Page, Touched + 0x20_0000, (int)InvalidationHint.AnyEntry, false)]
    public void AnInvalidation_DropsTheEntriesOnItsPath_UnlessOnlyLeavesChanged(int granularity, ulong page, int hint, bool isDropped)
    {
        using var fixture = WithReplacedTable(OnlyTables);
        fixture.Invalidate(new IotlbInvalidation((IotlbGranularity)granularity, UnitFixture.Domain, new Iova(page), 0, (InvalidationHint)hint, Drain.None));
        fixture.ShouldReach(isDropped ? UnitFixture.FrameB : UnitFixture.FrameA, Untouched);
    }

    [TestMethod]
    public void AnotherDomainsInvalidation_DropsNothing()
    {
        using var fixture = WithReplacedTable(OnlyTables);
        fixture.Invalidate(IotlbInvalidation.OfDomain(new DomainId(8)));
        fixture.ShouldReach(UnitFixture.FrameA, Untouched);
    }

    [TestMethod]
    public void ADeniedLeaf_StillLeavesTheTablesAboveItInTheCache()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = OnlyTables });
        table.Map(Touched, UnitFixture.FrameA, IommuAccess.Read);
        table.Map(Untouched, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.WriteDenied, Touched, IommuAccess.Write);
        table.Edit(Touched, 1, _ => 0);
        fixture.ShouldReach(UnitFixture.FrameA, Untouched);
    }

    [TestMethod]
    [DataRow((int)DeniedHit.Faults, false)]
    [DataRow((int)DeniedHit.WalksAgain, true)]
    public void ATablesPermission_IsRememberedWithIt(int denied, bool isReached)
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = OnlyTables with { Denied = (DeniedHit)denied } });
        table.Map(Touched, UnitFixture.FrameA);
        table.Edit(Touched, 2, entry => entry & ~(ulong)IommuAccess.Write);
        fixture.ShouldReach(UnitFixture.FrameA, Touched);
        table.Edit(Touched, 2, entry => entry | (ulong)IommuAccess.Write);
        Assert.AreEqual(isReached, fixture.TryTranslate(Touched, IommuAccess.Write, out _));
        fixture.Invalidate(IotlbInvalidation.OfDomain(UnitFixture.Domain));
        fixture.ShouldReach(UnitFixture.FrameA, Touched, IommuAccess.Write);
    }

    [TestMethod]
    public void EachLevel_HoldsAsManyEntriesAsThePolicySays()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = OnlyTables with { PagingStructures = CacheGeometry.OfEntries(1) } });
        foreach (var page in new[] { Touched, Touched + 0x20_0000 })
        {
            table.Map(page, UnitFixture.FrameA);
            fixture.ShouldReach(UnitFixture.FrameA, page);
        }

        // The second access displaced the first directory entry; those above serve both.
        var caches = fixture.Unit.CaptureStatistics().Caches.PagingStructures;
        Assert.AreEqual(new CacheStatistics(Hits: 1, Misses: 1, Fills: 4, Evictions: 1, Invalidated: 0), caches);
        table.Edit(Touched, 1, _ => 0);
        fixture.ShouldFault(FaultReason.ReadDenied, Touched);
    }

    // Two leaf tables say different things about a page that nobody has used; the first of them has been walked.
    private static UnitFixture WithReplacedTable(CachePolicy policy)
    {
        var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = policy });
        table.Map(Touched, UnitFixture.FrameA);
        table.Map(Untouched, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Touched);
        var other = fixture.AllocateTable();
        fixture.Write(other + 8, VtdSecondStageFormat.EncodeLeaf(UnitFixture.FrameB, 0, IommuAccess.ReadWrite));
        table.Edit(Touched, 1, _ => VtdSecondStageFormat.EncodeTable(other));
        return fixture;
    }
}
