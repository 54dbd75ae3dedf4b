using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class CachePolicyTests
{
    private const ulong Page = 0x4010_0000;
    private static readonly Bdf Neighbour = new(1, 3, 0);

    [TestMethod]
    public void TaggedBySource_DevicesOfOneDomainShareNothing_ButADomainInvalidationDropsBoth()
    {
        using var fixture = Cached(new() { Tags = CacheTags.BySource }, out var table);
        Join(fixture, table);
        table.Map(Page, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        fixture.ShouldReach(UnitFixture.FrameB, Page, source: Neighbour);

        table.Map(Page, UnitFixture.FrameA + 0x1000);
        fixture.Invalidate(IotlbInvalidation.OfDomain(UnitFixture.Domain));
        fixture.ShouldReach(UnitFixture.FrameA + 0x1000, Page);
        fixture.ShouldReach(UnitFixture.FrameA + 0x1000, Page, source: Neighbour);
    }

    [TestMethod]
    public void TaggedBySource_APageInvalidationDropsThePageOfEachDevice_AndNoOther()
    {
        using var fixture = Cached(new() { Tags = CacheTags.BySource }, out var table);
        Join(fixture, table);
        table.Map(Page + 0x1000, UnitFixture.FrameA);
        foreach (var source in new[] { UnitFixture.Device, Neighbour })
        {
            fixture.ShouldReach(UnitFixture.FrameA, Page, source: source);
            fixture.ShouldReach(UnitFixture.FrameA, Page + 0x1000, source: source);
        }

        table.Map(Page, UnitFixture.FrameB);
        table.Map(Page + 0x1000, UnitFixture.FrameB);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page), 0));
        foreach (var source in new[] { UnitFixture.Device, Neighbour })
        {
            fixture.ShouldReach(UnitFixture.FrameB, Page, source: source);
            fixture.ShouldReach(UnitFixture.FrameA, Page + 0x1000, source: source);
        }
    }

    [TestMethod]
    [DataRow((int)CacheReplacement.RoundRobin, 0)]
    [DataRow((int)CacheReplacement.LeastRecentlyUsed, 1)]
    public void AFullSet_GivesUpTheEntryThatThePolicyNames(int replacement, int victim)
    {
        var policy = new CachePolicy { Pages4K = CacheGeometry.OfEntries(2), Replacement = (CacheReplacement)replacement };
        CollectionAssert.AreEqual(Enumerable.Range(0, 3).Where(page => page != victim).ToArray(), Survivors(policy, 0, 1, 0, 2));
    }

    [TestMethod]
    public void RandomReplacement_FollowsItsSeed()
    {
        var accesses = Enumerable.Range(0, 40).ToArray();
        int[] With(int seed) => Survivors(new CachePolicy { Pages4K = CacheGeometry.OfEntries(16), Replacement = CacheReplacement.Random, Seed = seed }, accesses);
        CollectionAssert.AreEqual(With(5), With(5));
        CollectionAssert.AreNotEqual(With(5), With(6));
        Assert.HasCount(16, With(5));
    }

    [TestMethod]
    public void SetsAndWays_DecideWhichPagesDisplaceEachOther()
    {
        CollectionAssert.AreEqual(new[] { 1, 2 }, Survivors(new CachePolicy { Pages4K = new CacheGeometry(2, 1) }, 0, 1, 2));
        CollectionAssert.AreEqual(new[] { 2 }, Survivors(new CachePolicy { Pages4K = new CacheGeometry(1, 1) }, 0, 1, 2));
        CollectionAssert.AreEqual(new[] { 0, 1, 2 }, Survivors(new CachePolicy { Pages4K = CacheGeometry.Unbounded }, 0, 1, 2));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void EachPageSize_HasItsOwnCache(int without)
    {
        CacheGeometry Of(int level) => level == without ? CacheGeometry.None : new CacheGeometry(16, 3);
        using var fixture = UnitFixture.Started(out var table, Unit(new() { Pages4K = Of(0), Pages2M = Of(1), Pages1G = Of(2) }));
        for (var level = 0; level < 3; level++)
        {
            var page = (ulong)(level + 1) << 39;
            table.Map(page, new PhysAddr(0), level: level);
            fixture.ShouldReach(new PhysAddr(0), page);
            table.Map(page, new PhysAddr(0x4000_0000), level: level);
            fixture.ShouldReach(new PhysAddr(level == without ? 0x4000_0000UL : 0), page);
        }
    }

    [TestMethod]
    public void AWidenedPermission_IsSeenAtOnceOnlyWhereADeniedHitWalksAgain()
    {
        foreach (var denied in Enum.GetValues<DeniedHit>())
        {
            using var fixture = UnitFixture.Started(out var table, Unit(new() { Denied = denied }));
            table.Map(Page, UnitFixture.FrameA, IommuAccess.Read);
            fixture.ShouldReach(UnitFixture.FrameA, Page);
            table.Map(Page, UnitFixture.FrameA);
            Assert.AreEqual(denied == DeniedHit.WalksAgain, fixture.TryTranslate(Page, IommuAccess.Write, out _));
            fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Page), 0));
            fixture.ShouldReach(UnitFixture.FrameA, Page, IommuAccess.Write);
        }
    }

    [TestMethod]
    public void MaximallyStale_KeepsWhatNoInvalidationNames()
    {
        using var fixture = UnitFixture.Started(out var table, Unit(CachePolicy.MaximallyStale));
        const ulong pages = 20_000;
        for (var i = 0UL; i < pages; i++)
        {
            table.Map(i << 12, UnitFixture.FrameA);
            fixture.ShouldReach(UnitFixture.FrameA, i << 12);
            table.Map(i << 12, UnitFixture.FrameB);
        }

        fixture.CommandOff(GlobalCommand.Translation);
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        fixture.Invalidate(ContextInvalidation.Global());
        fixture.Invalidate(IotlbInvalidation.OfDomain(new DomainId(8)));
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(0x7000), 0));
        for (var i = 0UL; i < pages; i++)
            fixture.ShouldReach(i == 7 ? UnitFixture.FrameB : UnitFixture.FrameA, i << 12);
    }

    [TestMethod]
    public void Minimal_SeesEveryChangeAtOnce()
    {
        using var fixture = UnitFixture.Started(out var table, Unit(CachePolicy.Minimal));
        for (var level = 0; level < 3; level++)
        {
            foreach (var page in new PhysAddr[] { new(0), new(0x4000_0000), new(0) })
            {
                table.Map((ulong)(level + 1) << 39, page, level: level);
                fixture.ShouldReach(page, (ulong)(level + 1) << 39);
            }
        }

        fixture.SetContext(UnitFixture.Device, default);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, Page);
        Assert.AreEqual(0, fixture.Unit.CaptureStatistics().Caches.Context.Fills);
    }

    private static RemappingUnitOptions Unit(CachePolicy policy) => new() { Caches = policy };

    private static UnitFixture Cached(CachePolicy policy, out TestTable table)
    {
        var fixture = UnitFixture.Started(out table, Unit(policy));
        table.Map(Page, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, Page);
        return fixture;
    }

    private static void Join(UnitFixture fixture, TestTable table) =>
        fixture.SetContext(Neighbour, new ContextEntry { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });

    // The pages that are still served from the cache after these accesses.
    private static int[] Survivors(CachePolicy policy, params int[] accesses)
    {
        var pages = accesses.Distinct().Order().ToArray();
        return [.. pages.Where(IsServedStale)];

        bool IsServedStale(int page)
        {
            using var fixture = UnitFixture.Started(out var table, Unit(policy));
            foreach (var other in pages)
                table.Map((ulong)other << 12, UnitFixture.FrameA);
            foreach (var access in accesses)
                fixture.ShouldReach(UnitFixture.FrameA, (ulong)access << 12);
            table.Map((ulong)page << 12, UnitFixture.FrameB);
            Assert.IsTrue(fixture.TryTranslate((ulong)page << 12, IommuAccess.Read, out var reached));
            return reached.Address == UnitFixture.FrameA;
        }
    }
}
