using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class StaleUseDetectorTests
{
    private const ulong Page = 0x4000_0000;
    private static readonly CachePolicy Detecting = CachePolicy.MaximallyStale with { DetectsStaleUse = true };

    [TestMethod]
    public void UsesThatMemoryAgreesWith_AreNotStale()
    {
        using var fixture = Cached(out var table);
        for (var i = 0; i < 3; i++)
            fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameB);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page), 0));
        fixture.ShouldReach(UnitFixture.FrameB, Page);
        fixture.ShouldFault(FaultReason.ReadDenied, Page + 0x10_0000);
        ShouldHaveSeen(fixture, 0);
    }

    [TestMethod]
    public void AnotherTarget_IsStale_AndTheReportSaysWhoWhereAndWhat()
    {
        using var fixture = Cached(out var table);
        table.Map(Page, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA + 0x10, Page + 0x10);
        var stale = ShouldHaveSeen(fixture, 1);
        Assert.AreEqual(
            $"{UnitFixture.Device} Read {new Iova(Page + 0x10)}: served {UnitFixture.FrameA + 0x10} ReadWrite, but memory says {UnitFixture.FrameB + 0x10} ReadWrite for {new Iova(Page + 0x10)}",
            stale.ToString());
    }

    [TestMethod]
    [DataRow((int)IommuAccess.None)]
    [DataRow((int)IommuAccess.Read)]
    [DataRow((int)IommuAccess.Write)]
    public void AnExcessPermission_IsStale_AlsoWhenTheAccessDoesNotNeedIt(int left)
    {
        using var fixture = Cached(out var table);
        table.Map(Page, UnitFixture.FrameA, (IommuAccess)left);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        ShouldHaveSeen(fixture, 1);
    }

    [TestMethod]
    public void ALostPermission_IsStale()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = Detecting });
        table.Map(Page, UnitFixture.FrameA, IommuAccess.Read);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.WriteDenied, Page, IommuAccess.Write);
        Assert.AreEqual(FaultReason.WriteDenied, ShouldHaveSeen(fixture, 1).Served.Reason);
    }

    [TestMethod]
    public void AMapWithoutInvalidation_IsStaleUnderCachingMode()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { CachingMode = true, Caches = Detecting });
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        ShouldHaveSeen(fixture, 1);
    }

    [TestMethod]
    public void APartOfALargePageThatChanged_IsStale_WhereverTheAccessBegins()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = Detecting });
        table.Map(Page, new PhysAddr(0x20_0000), level: 1);
        fixture.ShouldReach(new PhysAddr(0x20_0000), Page);
        var small = new TestTable(fixture, UnitFixture.Domain, 1);
        table.Edit(Page, 1, _ => small.Top.Value | 3);
        for (var i = 0UL; i < 512; i++)
            small.Map(i << 12, new PhysAddr(0x20_0000 + (i << 12)));
        fixture.ShouldReach(new PhysAddr(0x20_0000), Page);
        ShouldHaveSeen(fixture, 0);

        small.Unmap(100 << 12);
        fixture.ShouldReach(new PhysAddr(0x20_0000), Page);
        Assert.AreEqual(new Iova(Page + (100 << 12)), ShouldHaveSeen(fixture, 1).Address);
    }

    [TestMethod]
    public void AStaleContext_IsAStaleUse_AlsoWhenItsTranslationIsFresh()
    {
        using var fixture = Cached(out _);
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = false });
        fixture.Invalidate(IotlbInvalidation.Global());
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        Assert.AreEqual(FaultReason.ContextEntryNotPresent, ShouldHaveSeen(fixture, 1).InMemory.Reason);
    }

    [TestMethod]
    public void AStaleTable_IsAStaleUse()
    {
        using var fixture = Cached(out var table);
        table.Map(Page + 0x1000, UnitFixture.FrameA);
        table.Edit(Page, 1, _ => 0);
        fixture.ShouldReach(UnitFixture.FrameA, Page + 0x1000);
        Assert.AreEqual(FaultReason.ReadDenied, ShouldHaveSeen(fixture, 1).InMemory.Reason);
    }

    [TestMethod]
    public void TheDefaultPolicy_CanBeWatchedToo_AndOtherwiseNobodyWatches()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = new() { DetectsStaleUse = true } });
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Unmap(Page);
        for (var i = 0; i < 100; i++)
            fixture.ShouldReach(UnitFixture.FrameA, Page);
        ShouldHaveSeen(fixture, 100);
        using var unwatched = UnitFixture.Started(out _, new RemappingUnitOptions { Caches = CachePolicy.MaximallyStale });
        Assert.IsNull(unwatched.Unit.StaleUses);
    }

    private static UnitFixture Cached(out TestTable table)
    {
        var fixture = UnitFixture.Started(out table, new RemappingUnitOptions { Caches = Detecting });
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        return fixture;
    }

    private static StaleUse ShouldHaveSeen(UnitFixture fixture, int count)
    {
        Assert.AreEqual(count, fixture.Unit.CaptureStatistics().Caches.StaleUses, string.Join('\n', fixture.Unit.StaleUses!.Kept));
        Assert.HasCount(Math.Min(count, 64), fixture.Unit.StaleUses.Kept);
        return count == 0 ? null! : fixture.Unit.StaleUses.Kept[0];
    }
}
