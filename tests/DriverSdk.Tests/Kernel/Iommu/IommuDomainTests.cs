using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class IommuDomainTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private const ulong OneGiB = 1UL << 30;

    [TestMethod]
    [DataRow(Page, 1)]
    [DataRow(TwoMiB, 2)]
    [DataRow(OneGiB, 3)]
    public void Map_AlignedRange_UsesTheLargestPage(ulong lengthBytes, int level)
    {
        using var bench = new DmaBench();
        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(OneGiB), new PhysAddr(OneGiB), lengthBytes, IommuAccess.ReadWrite));

        Assert.AreEqual((OneGiB + 5, 3, level), Walk(bench, OneGiB + 5));

        Assert.AreEqual(lengthBytes, bench.Domain.Unmap(new Iova(OneGiB), lengthBytes));
        Assert.IsNull(Walk(bench, OneGiB));
    }

    [TestMethod]
    public void Map_TargetNotAlignedToTheLargePage_UsesSmallPages()
    {
        using var bench = new DmaBench();
        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(TwoMiB + Page), TwoMiB, IommuAccess.ReadWrite));

        Assert.AreEqual((TwoMiB + Page + 5, 3, 1), Walk(bench, TwoMiB + 5));
        Assert.AreEqual(((2 * TwoMiB) + 5, 3, 1), Walk(bench, (2 * TwoMiB) - Page + 5));
    }

    [TestMethod]
    public void Map_MixedAlignment_UsesSmallPagesAtTheEnds()
    {
        using var bench = new DmaBench();
        var start = TwoMiB - Page;
        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(start), new PhysAddr(start), (2 * Page) + TwoMiB, IommuAccess.Read));
        Assert.AreEqual(1, Walk(bench, start)!.Value.Level);
        Assert.AreEqual(2, Walk(bench, TwoMiB)!.Value.Level);
        Assert.AreEqual(1, Walk(bench, 2 * TwoMiB)!.Value.Level);
        Assert.AreEqual((2 * Page) + TwoMiB, bench.Domain.Unmap(new Iova(start), (2 * Page) + TwoMiB));
    }

    [TestMethod]
    public void Map_UnitWithoutLargePages_UsesSmallOnes()
    {
        using var bench = new DmaBench(unit: new RemappingUnitOptions { LargePages = LargePages.None, AddressWidth = 39 });
        Assert.AreEqual(3, bench.Domain.Levels);
        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(TwoMiB), TwoMiB, IommuAccess.Read));
        Assert.AreEqual(1, NaiveTableReader.Walk(bench.Ram, bench.Domain.Root, 3, TwoMiB)!.Value.Level);
    }

    [TestMethod]
    public void Map_PartlyMappedRange_IsRefusedAndUnrolled()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(5 * Page), new PhysAddr(9 * Page), Page, IommuAccess.Read);

        Assert.AreEqual(Errno.AddressInUse, bench.Domain.Map(new Iova(2 * Page), new PhysAddr(20 * Page), 6 * Page, IommuAccess.Read));

        Assert.IsNull(Walk(bench, 2 * Page));
        Assert.IsNull(Walk(bench, 4 * Page));
        Assert.AreEqual((9 * Page, 1, 1), Walk(bench, 5 * Page));
    }

    [TestMethod]
    public void Map_NonsenseRange_IsInvalid()
    {
        using var bench = new DmaBench();
        Assert.AreEqual(Errno.Invalid, bench.Domain.Map(new Iova(1), new PhysAddr(Page), Page, IommuAccess.Read));
        Assert.AreEqual(Errno.Invalid, bench.Domain.Map(new Iova(Page), new PhysAddr(1), Page, IommuAccess.Read));
        Assert.AreEqual(Errno.Invalid, bench.Domain.Map(new Iova(Page), new PhysAddr(Page), 0, IommuAccess.Read));
        Assert.AreEqual(Errno.Invalid, bench.Domain.Map(new Iova(Page), new PhysAddr(Page), Page, IommuAccess.None));
        Assert.AreEqual(Errno.Invalid, bench.Domain.Map(new Iova(1UL << 48), new PhysAddr(Page), Page, IommuAccess.Read));
        Assert.AreEqual(0UL, bench.Domain.Unmap(new Iova(ulong.MaxValue - 0xfff), Page));
    }

    [TestMethod]
    public void Unmap_Hole_StopsThere()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(Page), new PhysAddr(Page), 2 * Page, IommuAccess.Read);
        bench.Domain.Map(new Iova(4 * Page), new PhysAddr(Page), Page, IommuAccess.Read);
        Assert.AreEqual(2 * Page, bench.Domain.Unmap(new Iova(Page), 4 * Page));
        Assert.IsNotNull(Walk(bench, 4 * Page));
    }

    [TestMethod]
    public void Unmap_PartOfALargePage_RemovesItWhole()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(TwoMiB), 2 * TwoMiB, IommuAccess.Read);
        Assert.AreEqual(TwoMiB, bench.Domain.Unmap(new Iova(TwoMiB), Page));
        Assert.IsNull(Walk(bench, TwoMiB + (5 * Page)));
        Assert.IsNotNull(Walk(bench, 2 * TwoMiB));
        Assert.AreEqual(0UL, bench.Domain.Unmap(new Iova((2 * TwoMiB) + Page), Page), "an unmap that begins inside a large page finds nothing to begin with");
    }

    [TestMethod]
    public void Unmap_WholeTables_GivesThemBackAfterTheInvalidation()
    {
        using var bench = new DmaBench();
        var start = OneGiB;
        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(start), new PhysAddr(Page), 12 * TwoMiB, IommuAccess.Read));
        Assert.AreEqual(1 + 1 + 1 + 12, bench.Domain.CountTables());
        Assert.AreEqual(12 * TwoMiB, bench.Domain.Unmap(new Iova(start), 12 * TwoMiB));
        Assert.AreEqual(3, bench.Domain.CountTables());
    }

    [TestMethod]
    public void Map_LargePageOverAnEmptyTable_ReplacesItAndTheUnitForgetsIt()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(8 * Page), Page, IommuAccess.Read);
        Assert.IsTrue(bench.Allows(new Iova(TwoMiB), IommuAccess.Read));
        bench.Domain.Unmap(new Iova(TwoMiB), Page);

        Assert.AreEqual(Errno.Success, bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(2 * TwoMiB), TwoMiB, IommuAccess.Read));

        Assert.AreEqual((2 * TwoMiB, 1, 2), Walk(bench, TwoMiB));
        Assert.AreEqual(new PhysAddr(2 * TwoMiB), bench.Reach(new Iova(TwoMiB), IommuAccess.Read));
        bench.Domain.Map(new Iova(4 * TwoMiB), new PhysAddr(8 * Page), Page, IommuAccess.Read);
        Assert.AreEqual(Errno.AddressInUse, bench.Domain.Map(new Iova(4 * TwoMiB), new PhysAddr(2 * TwoMiB), TwoMiB, IommuAccess.Read));
    }

    [TestMethod]
    public void Unmap_LargeRange_InvalidatesAllOfIt()
    {
        using var bench = new DmaBench();
        var (start, length) = (new Iova(3 * Page), 3000 * Page);
        bench.Domain.Map(start, new PhysAddr(7 * Page), length, IommuAccess.Write);
        Iova[] probes = [start, start + (1500 * Page), start + (length - 1)];
        Assert.IsTrue(probes.All(probe => bench.Allows(probe, IommuAccess.Write)));
        bench.Domain.Unmap(start, length);
        Assert.IsFalse(probes.Any(probe => bench.Allows(probe, IommuAccess.Write)));
    }

    [TestMethod]
    public void Domain_RandomMapsAndUnmaps_AgreeWithAPageListReadByOwnNumbers()
    {
        for (var seed = 1; seed <= 4; seed++)
        {
            var random = new Random(seed);
            using var bench = new DmaBench(DriverSdk.Sanitizer.DmaChecks.Off);
            var expected = new SortedDictionary<ulong, (ulong Physical, int Permissions)>();
            for (var step = 0; step < 250; step++)
            {
                var iova = (ulong)random.Next(1, 3000);
                var pages = random.Next(3) == 0 ? (ulong)random.Next(400, 1300) : (ulong)random.Next(1, 20);
                if (random.Next(2) == 0)
                    (iova, pages) = (iova & ~511UL, (pages + 511) & ~511UL);
                if (random.Next(3) != 0)
                    MapBoth(bench, expected, iova, pages, (ulong)random.Next(1, 4), (iova & 511) + ((ulong)random.Next(0, 8) * 512), $"seed {seed}, step {step}");
                else
                    UnmapBoth(bench, expected, iova, pages, $"seed {seed}, step {step}");
            }

            for (ulong page = 0; page < 5000; page++)
            {
                var walked = Walk(bench, page * Page);
                Assert.AreEqual(expected.TryGetValue(page, out var entry), walked is not null, $"seed {seed}, page {page}");
                if (walked is { } found)
                    Assert.AreEqual(entry, (found.Physical / Page, found.Permissions), $"seed {seed}, page {page}");
            }
        }
    }

    private static void MapBoth(DmaBench bench, SortedDictionary<ulong, (ulong, int)> expected, ulong iova, ulong pages, ulong access, ulong physical, string where)
    {
        var isFree = Enumerable.Range(0, (int)pages).All(index => !expected.ContainsKey(iova + (ulong)index));
        var error = bench.Domain.Map(new Iova(iova * Page), new PhysAddr(physical * Page), pages * Page, (IommuAccess)access);
        Assert.AreEqual(isFree ? Errno.Success : Errno.AddressInUse, error, where);
        for (ulong index = 0; isFree && index < pages; index++)
            expected[iova + index] = (physical + index, (int)access);
    }

    private static void UnmapBoth(DmaBench bench, SortedDictionary<ulong, (ulong, int)> expected, ulong iova, ulong pages, string where)
    {
        var unmapped = bench.Domain.Unmap(new Iova(iova * Page), pages * Page) / Page;
        // Which runs are large entries is the writer's choice: the list takes its word for the length and checks that there is no hole in it.
        for (ulong index = 0; index < unmapped; index++)
            Assert.IsTrue(expected.Remove(iova + index), $"{where}: page {iova + index} was reported unmapped but not mapped");
        if (unmapped < pages && expected.ContainsKey(iova + unmapped))
            Assert.AreEqual(0UL, unmapped, $"{where}: it stopped before a mapped page, which only the middle of a large entry explains");
    }

    private static (ulong Physical, int Permissions, int Level)? Walk(DmaBench bench, ulong iova) =>
        NaiveTableReader.Walk(bench.Ram, bench.Domain.Root, bench.Domain.Levels, iova);
}
