using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using Format = DriverSdk.Contract.PageTables.VtdSecondStageFormat;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>The seven cases of Linux's iommu suite by what they check, over every depth; the bench looks at each end that no table leaked. Source: facts/linux.md 5.10.</summary>
[TestClass]
public sealed class PageTableMappingTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private const ulong OneGiB = 1UL << 30;
    private static readonly ulong[] Sizes = [Page, TwoMiB, OneGiB];

    [TestMethod]
    [Description("test_increase_level")]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(4)]
    public void Map_JustBeyondTheTop_GrowsExactlyOneLevel(int levels)
    {
        using var bench = new PageTableBench<Format>(levels, options: new PageTableOptions { MaxLevels = 5 });
        bench.ShouldMap(Page, 7 * Page, Page);
        for (var depth = levels; depth < 5; depth++)
        {
            var root = bench.Table.Root;
            bench.ShouldMap(1UL << (12 + (9 * depth)), 9 * Page, Page);
            Assert.AreEqual(depth + 1, bench.Table.Levels);
            Assert.AreEqual(root.Value | 3, bench.Ram.Entry(bench.Table.Root), "the old top is the first entry of the new one");
            bench.ShouldLead(Page, 7 * Page, Page);
            bench.ShouldLead(1UL << (12 + (9 * depth)), 9 * Page, Page);
        }

        var (before, tables) = (bench.Table.Root, bench.LiveTables);
        Assert.AreEqual(Errno.Invalid, bench.Map(1UL << 57, 0, Page));
        Assert.AreEqual(Errno.Invalid, bench.Map(0, 0, 0));
        Assert.AreEqual((before, tables), (bench.Table.Root, bench.LiveTables), "what it cannot reach leaves it as it is");
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 2)]
    public void Map_FarBeyondTheTop_GrowsAsOftenAsNeeded_OrNotWithoutPages(int missing, int grown)
    {
        using var bench = new PageTableBench<Format>(2, options: new PageTableOptions { MaxLevels = 5 });
        bench.ShouldMap(0, Page, Page);
        bench.PagesLeft = missing == 0 ? int.MaxValue : grown;
        var error = bench.Map(1UL << 50, Page, Page);
        Assert.AreEqual(missing == 0 ? Errno.Success : Errno.NoMemory, error);
        Assert.AreEqual(missing == 0 ? 5 : 2 + grown, bench.Table.Levels, "what it has grown to is whole");
        bench.ShouldLead(0, Page, Page);
    }

    [TestMethod]
    [Description("test_map_simple")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Map_EachPageSizeOnce_IsOneLeafEach_AndUnmaps(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        var places = new List<(ulong Start, ulong Length)>();
        var next = 256 * Page;
        foreach (var size in Sizes)
        {
            next = (next + size - 1) & ~(size - 1);
            bench.ShouldMap(next, 0x000c_d5c3_4567_8000 & ~(size - 1), size);
            bench.ShouldLead(next, 0x000c_d5c3_4567_8000 & ~(size - 1), size);
            places.Add((next, size));
            next += size;
        }

        Assert.AreEqual((1, 1, 1), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
        foreach (var (start, length) in places)
            Assert.AreEqual(length, bench.Unmap(start, length));
        Assert.AreEqual((0, 0, 0), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
    }

    [TestMethod]
    [Description("test_map_table_to_oa")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Map_LargerLeafOverEmptiedTables_ReplacesThem(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        const ulong Target = 3 * OneGiB;
        foreach (var size in Sizes)
        {
            for (ulong offset = 0; offset < OneGiB; offset += size)
                bench.ShouldMap(OneGiB + offset, Target + offset, size);
            bench.ShouldLead(OneGiB, Target, OneGiB);
            var count = (int)(OneGiB / size);
            Assert.AreEqual((size == Page ? count : 0, size == TwoMiB ? count : 0, size == OneGiB ? 1 : 0), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
            // Page by page, so that the emptied tables stay.
            for (ulong offset = 0; offset < OneGiB; offset += size)
                Assert.AreEqual(size, bench.Unmap(OneGiB + offset, size));
            Assert.AreEqual((0, 0, 0), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
        }

        Assert.AreEqual(levels - 2, bench.LiveTables, "the 1 GiB leaf took the place of the table of directories, and nothing else is left");
    }

    [TestMethod]
    public void Map_LargeLeafOverAnEmptiedTable_GivesItBackOnlyAfterTheFlush()
    {
        using var bench = new PageTableBench<Format>(4);
        bench.ShouldMap(0, 0, Page);
        bench.Unmap(0, Page);
        var (flushes, freed) = (bench.FlushCount, 0);
        bench.OnFree = _ =>
        {
            Assert.AreEqual(flushes + 1, bench.FlushCount, "a walk may still read it");
            freed++;
        };
        bench.ShouldMap(0, OneGiB, OneGiB);
        bench.OnFree = null;
        Assert.AreEqual(2, freed);
    }

    [TestMethod]
    [Description("test_unmap_split")]
    [DataRow(3, Page, TwoMiB)]
    [DataRow(4, Page, OneGiB)]
    [DataRow(4, TwoMiB, OneGiB)]
    [DataRow(5, TwoMiB, OneGiB)]
    [DataRow(5, Page, TwoMiB)]
    public void Unmap_TheBeginningOfALargePage_RemovesItWholeAndNoMore(int levels, ulong small, ulong large)
    {
        using var bench = new PageTableBench<Format>(levels);
        bench.ShouldMap(0, 0, large);
        Assert.AreEqual(large, bench.Unmap(0, small));
        bench.ShouldMap(0, 0, large);
        bench.ShouldMap(large, 0, large);
        Assert.AreEqual(large, bench.Unmap(0, small));
        bench.ShouldLead(large, 0, large);
        Assert.AreEqual(0UL, bench.Unmap(large + small, small), "inside of it there is nothing to begin with");
        bench.ShouldLead(large, 0, large);
        Assert.AreEqual(large, bench.Unmap(large, large));
    }

    [TestMethod]
    [Description("test_random_map")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Map_ThousandRandomRanges_AgreesWithAListOfRanges(int levels)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var bench = new PageTableBench<Format>(levels);
        var model = new List<(ulong Start, ulong Target, ulong Length)>();
        for (var turn = 0; turn < 1000; turn++)
        {
            var where = $"seed {seed}, turn {turn}:";
            var next = RandomRange(random);
            var colliding = model.Where(range => range.Start < next.Start + next.Length && next.Start < range.Start + range.Length).ToArray();
            var error = bench.Map(next.Start, next.Target, next.Length);
            Assert.AreEqual(colliding.Length == 0 ? Errno.Success : Errno.AddressInUse, error, where);
            foreach (var range in colliding)
            {
                ShouldLeadAtItsEnds(bench, range, where);
                Assert.AreEqual(range.Length, bench.Unmap(range.Start, range.Length), where);
                model.Remove(range);
            }

            // Had the refused mapping left a page behind, this one would be refused too.
            if (colliding.Length != 0)
                bench.ShouldMap(next.Start, next.Target, next.Length, where);
            model.Add(next);
            ShouldLeadAtItsEnds(bench, next, where);
        }

        foreach (var range in model)
        {
            bench.ShouldLead(range.Start, range.Target, range.Length, $"seed {seed}, at the end:");
            Assert.AreEqual(range.Length, bench.Unmap(range.Start, range.Length), $"seed {seed}, at the end");
        }

        Assert.AreEqual((0, 0, 0), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels), $"seed {seed}");
    }

    // Half of them in 64 MiB, where small ranges meet; half anywhere in 6 GiB, on the boundaries of some page size.
    private static (ulong Start, ulong Target, ulong Length) RandomRange(Random random)
    {
        var unit = Sizes[random.Next(3)];
        var (start, length) = random.Next(2) == 0
            ? ((ulong)random.Next(16384) * Page, (ulong)random.Next(1, 3000) * Page)
            : ((ulong)random.NextInt64((long)(6 * OneGiB / unit)) * unit, (ulong)random.Next(1, 3) * unit);
        var crooked = random.Next(3) == 0 ? Sizes[random.Next(3)] * (ulong)random.Next(1, 5) : 0;
        return (start, start + crooked, length);
    }

    private static void ShouldLeadAtItsEnds(PageTableBench<Format> bench, (ulong Start, ulong Target, ulong Length) range, string where)
    {
        bench.ShouldLead(range.Start, range.Target, Math.Min(range.Length, 16 * Page), where);
        bench.ShouldLead(range.Start + range.Length - Page, range.Target + range.Length - Page, Page, where);
    }

    [TestMethod]
    [Description("test_pgsize_boundary")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Map_RangeAcrossALargePagesEnd_WhoseTargetIsCrooked_IsSmallPages(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        const ulong Length = 0xfef9_ffff - 0xfef8_0000 + 1;
        bench.ShouldMap(0xfef8_0000, 0x20_8b95_d000, Length);
        bench.ShouldLead(0xfef8_0000, 0x20_8b95_d000, Length);
        Assert.AreEqual(((int)(Length / Page), 0, 0), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
    }

    [TestMethod]
    [Description("test_mixed")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Map_RangeOfMixedAlignment_HasExactlyTheLeavesItNeeds(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        const ulong Start = 0x3_fe40_0000;
        const ulong Length = 0x4_c060_0000 - Start;
        bench.ShouldMap(Start, Start, Length);
        Assert.AreEqual((0, 14 + 3, 3), PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels));
        bench.ShouldLead(Start, Start, Length);
        Assert.AreEqual(Length, bench.Unmap(Start, Length));
    }
}
