using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class CacheStatisticsTests
{
    private static readonly CachePolicy Exact = CachePolicy.MaximallyStale with { PagingStructures = CacheGeometry.None, Denied = DeniedHit.WalksAgain };

    public static IEnumerable<object[]> Policies => [[new CachePolicy()], [Exact], [new CachePolicy { Tags = CacheTags.BySource }]];

    [TestMethod]
    [DynamicData(nameof(Policies))]
    public void EachPageSize_CountsItsHitsMissesFillsAndInvalidatedEntries(CachePolicy policy)
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = policy });
        for (var level = 0; level < 3; level++)
        {
            table.Map((ulong)(level + 1) << 39, new PhysAddr(0), level: level);
            for (var use = 0; use <= level + 1; use++)
                fixture.ShouldReach(new PhysAddr(0), (ulong)(level + 1) << 39);
        }

        Assert.IsFalse(fixture.TryTranslate(0, IommuAccess.Read, out _));
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(1UL << 39), 0));
        fixture.Invalidate(ContextInvalidation.Global());
        var counted = fixture.Unit.CaptureStatistics();
        Assert.AreEqual(new CacheStatistics(Hits: 1, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 1), counted.Caches.Pages4K);
        Assert.AreEqual(new CacheStatistics(Hits: 2, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 0), counted.Caches.Pages2M);
        Assert.AreEqual(new CacheStatistics(Hits: 3, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 0), counted.Caches.Pages1G);
        Assert.AreEqual(new CacheStatistics(Hits: 9, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 1), counted.Caches.Context);
        Assert.AreEqual(new CacheStatistics(Hits: 0, Misses: 1, Fills: 0, Evictions: 0, Invalidated: 0), counted.Caches.Refusals);
        Assert.AreEqual((6L, 4L, 1L), (counted.IotlbHits, counted.TableWalks, counted.ContextReads));
    }

    [TestMethod]
    [DataRow((int)CacheReplacement.RoundRobin)]
    [DataRow((int)CacheReplacement.LeastRecentlyUsed)]
    public void Evictions_AreCounted_FastOrExact(int replacement)
    {
        var policy = new CachePolicy { Pages4K = new CacheGeometry(1, 3), Replacement = (CacheReplacement)replacement };
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = policy });
        for (var page = 0UL; page < 5; page++)
        {
            table.Map(page << 12, UnitFixture.FrameA);
            fixture.ShouldReach(UnitFixture.FrameA, page << 12);
        }

        fixture.Invalidate(IotlbInvalidation.Global());
        Assert.AreEqual(new CacheStatistics(Hits: 0, Misses: 5, Fills: 5, Evictions: 2, Invalidated: 3), fixture.Unit.CaptureStatistics().Caches.Pages4K);
    }

    [TestMethod]
    public void RefusalsAndTables_AreCounted()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { CachingMode = true, Caches = CachePolicy.MaximallyStale });
        table.Map(0, UnitFixture.FrameA);
        for (var use = 0; use < 3; use++)
            Assert.IsFalse(fixture.TryTranslate(0x1000, IommuAccess.Read, out _));
        fixture.ShouldReach(UnitFixture.FrameA, 0);
        fixture.Invalidate(IotlbInvalidation.OfDomain(UnitFixture.Domain));
        var counted = fixture.Unit.CaptureStatistics().Caches;
        Assert.AreEqual(new CacheStatistics(Hits: 2, Misses: 1, Fills: 1, Evictions: 0, Invalidated: 1), counted.Refusals);
        Assert.AreEqual(new CacheStatistics(Hits: 1, Misses: 1, Fills: 3, Evictions: 0, Invalidated: 3), counted.PagingStructures);
    }

    [TestMethod]
    public void AHitThatBringsItsContextIn_IsAContextMiss()
    {
        var neighbour = new Bdf(1, 3, 0);
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0, UnitFixture.FrameA);
        fixture.SetContext(neighbour, new() { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        fixture.ShouldReach(UnitFixture.FrameA, 0);
        fixture.ShouldReach(UnitFixture.FrameA, 0, source: neighbour);
        var counted = fixture.Unit.CaptureStatistics().Caches;
        Assert.AreEqual((0L, 2L), (counted.Context.Hits, counted.Context.Misses));
        Assert.AreEqual((1L, 1L), (counted.Pages4K.Hits, counted.Pages4K.Misses));
    }
}
