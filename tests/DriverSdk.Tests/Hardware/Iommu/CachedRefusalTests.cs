using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class CachedRefusalTests
{
    private const ulong Page = 0x4010_0000;
    private static readonly RemappingUnitOptions Keeping = new() { CachingMode = true, Caches = CachePolicy.MaximallyStale };

    [TestMethod]
    public void UnderCachingMode_AMapWithoutInvalidationKeepsFaulting()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        fixture.Invalidate(IotlbInvalidation.OfDomain(new DomainId(0)));
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(1UL << 40), 0));
        Assert.IsFalse(fixture.TryTranslate(Page, IommuAccess.Write, out _));
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page), 0));
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void AMissingTable_RefusesEveryPageBelowIt_UntilOneOfThemIsInvalidated()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping);
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        table.Map(Page + 0x1000, UnitFixture.FrameA);
        Assert.IsFalse(fixture.TryTranslate(Page + 0x1000, IommuAccess.Read, out _));
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page + 0x1000), 0));
        fixture.ShouldReach(UnitFixture.FrameA, Page + 0x1000);
    }

    [TestMethod]
    public void AReservedBit_IsRememberedToo()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping);
        table.Map(Page, UnitFixture.FrameA);
        table.Edit(Page, 0, entry => entry | (1UL << 11));
        fixture.ShouldFault(FaultReason.PagingEntryReserved, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.PagingEntryReserved, Page);
        fixture.Invalidate(IotlbInvalidation.Global());
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void AnEntryThatCouldNotBeRead_IsReadAgain()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping with { Caches = CachePolicy.MaximallyStale with { PagingStructures = CacheGeometry.None } });
        table.Map(Page, UnitFixture.FrameA);
        var good = 0UL;
        table.Edit(Page, 1, entry =>
        {
            good = entry;
            return 0x9000_0003;
        });
        fixture.ShouldFault(FaultReason.PagingEntryUnreadable, Page);
        table.Edit(Page, 1, _ => good);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void WithoutCachingMode_AMapNeedsNoInvalidation()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping with { CachingMode = false });
        fixture.ShouldFault(FaultReason.ReadDenied, Page);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
    }

    [TestMethod]
    public void AMissingContextEntry_IsKeptUnderDomainZero()
    {
        using var fixture = UnitFixture.Started(out _, Keeping);
        var source = new Bdf(1, 5, 0);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: source);
        var table = fixture.Attach(source, new DomainId(9));
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: source);
        fixture.Invalidate(ContextInvalidation.OfDevice(new DomainId(9), source));
        Assert.IsFalse(fixture.TryTranslate(Page, IommuAccess.Read, out _, source));
        fixture.Invalidate(ContextInvalidation.OfDevice(new DomainId(0), source));
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: source);
    }

    [TestMethod]
    public void WithoutCachingMode_AMissingContextEntryIsReadAgain()
    {
        using var fixture = UnitFixture.Started(out var table, Keeping with { CachingMode = false });
        var source = new Bdf(1, 5, 0);
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page, source: source);
        fixture.SetContext(source, new ContextEntry { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        fixture.ShouldReach(UnitFixture.FrameA, Page, source: source);
    }
}
