using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class StaleUntilInvalidatedTests
{
    private const ulong Page = 0x4010_0000;
    private static readonly Bdf Neighbour = new(1, 3, 0);
    private static readonly DomainId OtherDomain = new(8);

    [TestMethod]
    public void AChangedEntry_IsUsedOnlyAfterTheInvalidation()
    {
        using var fixture = Cached(out var table, Page);
        table.Map(Page, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page), 0));
        fixture.ShouldReach(UnitFixture.FrameB, Page);
    }

    [TestMethod]
    public void ARemovedEntry_StaysReachableUntilTheInvalidation()
    {
        using var fixture = Cached(out var table, Page);
        table.Unmap(Page);
        fixture.ShouldReach(UnitFixture.FrameA, Page, IommuAccess.Write);
        fixture.Invalidate(IotlbInvalidation.OfDomain(UnitFixture.Domain));
        fixture.ShouldFault(FaultReason.WriteDenied, Page, IommuAccess.Write);
    }

    [TestMethod]
    public void ANewEntry_NeedsNoInvalidation()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { CachingMode = true });
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void AWiderPermission_IsFoundByWalkingAgain()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA, IommuAccess.Read);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page, IommuAccess.Write);
    }

    [TestMethod]
    public void AGlobalInvalidation_DropsEveryDomain()
    {
        using var fixture = CachedTwice(out var table, out var other);
        fixture.Invalidate(IotlbInvalidation.Global());
        AssertStale(fixture, table, isStale: false, UnitFixture.Device);
        AssertStale(fixture, other, isStale: false, Neighbour);
    }

    [TestMethod]
    public void ADomainInvalidation_DropsThatDomainOnly()
    {
        using var fixture = CachedTwice(out var table, out var other);
        fixture.Invalidate(IotlbInvalidation.OfDomain(OtherDomain));
        AssertStale(fixture, table, isStale: true, UnitFixture.Device);
        AssertStale(fixture, other, isStale: false, Neighbour);
    }

    [TestMethod]
    public void APageInvalidation_DropsThatDomainsPageOnly()
    {
        using var fixture = CachedTwice(out var table, out var other);
        fixture.Invalidate(IotlbInvalidation.OfPages(OtherDomain, new Iova(Page), 0));
        AssertStale(fixture, table, isStale: true, UnitFixture.Device);
        AssertStale(fixture, other, isStale: false, Neighbour);
    }

    [TestMethod]
    [DataRow(0, 5UL, 5, 5)]
    [DataRow(1, 5UL, 4, 5)]
    [DataRow(2, 5UL, 4, 7)]
    [DataRow(3, 13UL, 8, 15)]
    [DataRow(18, 13UL, 0, 15)]
    public void APageInvalidation_DropsItsNaturallyAlignedRange(int mask, ulong pageInRange, int first, int last)
    {
        using var fixture = UnitFixture.Started(out var table);
        for (var i = 0UL; i < 16; i++)
        {
            table.Map(Page + (i << 12), UnitFixture.FrameA);
            fixture.ShouldReach(UnitFixture.FrameA, Page + (i << 12));
            table.Map(Page + (i << 12), UnitFixture.FrameB);
        }

        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page + (pageInRange << 12)), mask));
        for (var i = 0; i < 16; i++)
            fixture.ShouldReach(i >= first && i <= last ? UnitFixture.FrameB : UnitFixture.FrameA, Page + ((ulong)i << 12));
    }

    [TestMethod]
    [DataRow(1, 0x4000_0000UL)]
    [DataRow(2, 0x4000_0000UL)]
    public void APageInvalidation_AnywhereInALargePage_DropsAllOfIt(int level, ulong page)
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(page, new PhysAddr(0), level: level);
        fixture.ShouldReach(new PhysAddr(0x10_0000), page + 0x10_0000);
        table.Unmap(page, level);
        fixture.ShouldReach(new PhysAddr(0x12_3456), page + 0x12_3456);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(page + 0x1f_f000), 0));
        fixture.ShouldFault(FaultReason.ReadDenied, page + 0x10_0000);
    }

    [TestMethod]
    public void ALargeMask_DropsLargePagesInside_AndKeepsThoseOutside()
    {
        using var fixture = UnitFixture.Started(out var table);
        foreach (var page in new[] { 0x4000_0000UL, 0x4020_0000UL, 0x4040_0000UL })
        {
            table.Map(page, new PhysAddr(0), level: 1);
            fixture.ShouldReach(new PhysAddr(0), page);
            table.Unmap(page, 1);
        }

        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(0x4030_0000), 10));
        fixture.ShouldReach(new PhysAddr(0), 0x4040_0000);
        fixture.ShouldFault(FaultReason.ReadDenied, 0x4000_0000);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.ReadDenied, 0x4020_0000);
    }

    [TestMethod]
    [DataRow((int)IotlbGranularity.Global)]
    [DataRow((int)IotlbGranularity.Domain)]
    [DataRow((int)IotlbGranularity.Page)]
    public void TheRegisterPath_DropsTheSame_AndReportsTheGranularityDone(int granularity)
    {
        using var fixture = StartedWithoutQueue(out var table);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameB);
        var registers = fixture.Unit.ExtendedCapability.IotlbRegistersOffset;
        fixture.Write64(registers, new InvalidateAddress { Page = new Iova(Page) }.Value);
        fixture.Write64(registers + 8, new IotlbCommand { Busy = true, Granularity = (IotlbGranularity)granularity, Domain = UnitFixture.Domain, Drain = Drain.All }.Value);
        var done = new IotlbCommand(fixture.Read64(registers + 8));
        Assert.IsFalse(done.Busy);
        Assert.AreEqual((IotlbGranularity)granularity, done.Actual);
        fixture.ShouldReach(UnitFixture.FrameB, Page);
    }

    [TestMethod]
    public void TheRegisterPath_DoesNothing_ForAMaskThatIsNotOffered()
    {
        using var fixture = StartedWithoutQueue(out _);
        var registers = fixture.Unit.ExtendedCapability.IotlbRegistersOffset;
        fixture.Write64(registers, new InvalidateAddress { AddressMask = 19 }.Value);
        fixture.Write64(registers + 8, new IotlbCommand { Busy = true, Granularity = IotlbGranularity.Page }.Value);
        var done = new IotlbCommand(fixture.Read64(registers + 8));
        Assert.IsFalse(done.Busy);
        Assert.AreEqual(IotlbGranularity.None, done.Actual);
    }

    [TestMethod]
    public void RootTableAndTranslationSwitches_FlushNothing()
    {
        using var fixture = Cached(out var table, Page);
        table.Map(Page, UnitFixture.FrameB);
        fixture.CommandOff(GlobalCommand.Translation);
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void WithoutIotlb_AChangedEntryIsUsedAtOnce()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = CachePolicy.Minimal });
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        table.Map(Page, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameB, Page);
    }

    [TestMethod]
    public void DevicesOfOneDomain_ShareTranslations()
    {
        using var fixture = Cached(out var table, Page);
        fixture.SetContext(Neighbour, new() { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        table.Unmap(Page);
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: Neighbour);
    }

    [TestMethod]
    public void Statistics_CountHitsWalksAndInvalidations()
    {
        using var fixture = Cached(out _, Page);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.Invalidate(IotlbInvalidation.Global());
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        Assert.AreEqual(
            new RemappingStatistics(IotlbHits: 2, TableWalks: 2, PassedThrough: 0, ContextReads: 1, Faults: 0, ContextInvalidations: 0, IotlbInvalidations: 1)
            {
                Caches = new()
                {
                    Context = new(Hits: 3, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 0),
                    Pages4K = new(Hits: 2, Misses: 2, Fills: 2, Evictions: 0, Invalidated: 1),
                },
            },
            fixture.Unit.CaptureStatistics());
    }

    private static UnitFixture Cached(out TestTable table, ulong page)
    {
        var fixture = UnitFixture.Started(out table);
        table.Map(page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, page);
        return fixture;
    }

    private static UnitFixture StartedWithoutQueue(out TestTable table)
    {
        var fixture = new UnitFixture();
        table = fixture.Attach(UnitFixture.Device, UnitFixture.Domain);
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        return fixture;
    }

    private static UnitFixture CachedTwice(out TestTable table, out TestTable other)
    {
        var fixture = Cached(out table, Page);
        other = fixture.Attach(Neighbour, OtherDomain);
        other.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: Neighbour);
        table.Map(Page, UnitFixture.FrameB);
        other.Map(Page, UnitFixture.FrameB);
        return fixture;
    }

    private static void AssertStale(UnitFixture fixture, TestTable table, bool isStale, Bdf source)
    {
        Assert.AreNotEqual(default, table.Top);
        fixture.ShouldReach(isStale ? UnitFixture.FrameA : UnitFixture.FrameB, Page, source: source);
    }
}
