using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Iommu;
using Format = DriverSdk.Contract.PageTables.VtdSecondStageFormat;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>What a unit finds behind the CPUs' caches while and after a table is written for it, as a slow twin reads it.</summary>
[TestClass]
public sealed class PageTableWriteBackTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private const int Levels = 3;

    [TestMethod]
    public void MapAndUnmap_EveryStep_IsWrittenBackWhenItReturns()
    {
        using var bench = Bench(out var behind);
        foreach (var step in Steps)
        {
            step(bench);
            ShouldBeWrittenBack(bench, behind, "");
        }
    }

    [TestMethod]
    public void MapAndUnmap_AfterEveryWriteBack_TheUnitFindsAWholeTree()
    {
        using var bench = Bench(out var behind);
        behind.After = () => Assert.IsTrue(behind.Walk(bench.Table.Root.Value, Levels).Tables.All(table => bench.IsLive(new PhysAddr(table))));
        bench.OnFree = table => Assert.IsFalse(behind.Walk(bench.Table.Root.Value, Levels).Tables.Contains(table.Value), $"{table} is given back while the unit still finds it");
        foreach (var step in Steps)
            step(bench);
        Assert.IsGreaterThan(20, behind.WriteBackCount);
        bench.OnFree = null;
    }

    [TestMethod]
    public void RandomMapsAndUnmaps_AreWrittenBackWhenTheyReturn()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var bench = Bench(out var behind);
        for (var turn = 0; turn < 300; turn++)
        {
            var start = (ulong)random.Next(3 * 512) * Page;
            if (random.Next(2) == 0)
                start &= ~(TwoMiB - 1);
            var length = random.Next(2) == 0 ? (ulong)random.Next(1, 20) * Page : TwoMiB * (ulong)random.Next(1, 3);
            if (random.Next(3) != 0)
                bench.Map(start, start, length);
            else
                bench.Unmap(start, length);
            if (turn % 10 == 0)
                ShouldBeWrittenBack(bench, behind, $"seed {seed}, turn {turn}");
        }
    }

    [TestMethod]
    public void MapAndUnmap_OneWriteBackForgotten_LeavesTheUnitAnotherTree()
    {
        // The last steps make and unlink whole tables, whose lines nobody can reach any more.
        var steps = Steps.Take(12).ToArray();
        using var counting = Bench(out var all);
        foreach (var step in steps)
            step(counting);
        var unnoticed = 0;
        for (var forgotten = 1; forgotten <= all.WriteBackCount; forgotten++)
        {
            var bench = Bench(out var behind, forgotten);
            try
            {
                foreach (var step in steps)
                {
                    step(bench);
                    ShouldBeWrittenBack(bench, behind, "");
                }

                unnoticed++;
            }
            catch (AssertFailedException)
            {
                // The forgotten line shows: what the test is after.
            }

            bench.Ram.Dispose();
        }

        // An entry that is written back twice, alone and with its neighbours, may be forgotten once.
        Assert.IsLessThan(all.WriteBackCount / 2, unnoticed, $"{unnoticed} of {all.WriteBackCount} write-backs can be left out");
    }

    [TestMethod]
    public void Map_TableThatAnotherCpuIsLinking_ReturnsAfterItsEntryIsWrittenBack()
    {
        using var bench = Bench(out var behind);
        bench.ShouldMap(0, 0, Page);
        Task? neighbour = null;
        var wasEarly = false;
        behind.Before = (start, lengthBytes) =>
        {
            // The entry that links the new leaf table: one entry of the directory, in the middle of the first mapping's way down.
            if (neighbour is not null || lengthBytes != 8 || bench.Ram.Entry(start) == 0 || start.Value % Page != 8)
                return;
            neighbour = Task.Run(() => bench.ShouldMap(TwoMiB + Page, TwoMiB, Page));
            wasEarly = neighbour.Wait(TimeSpan.FromMilliseconds(50));
        };

        bench.ShouldMap(TwoMiB, TwoMiB, Page);

        Assert.IsNotNull(neighbour, "the link was never written back alone");
        neighbour.Wait();
        Assert.IsFalse(wasEarly, "a mapping below a link that is not written back was told of as done");
        behind.Before = null;
        ShouldBeWrittenBack(bench, behind, "");
    }

    [TestMethod]
    public void Grow_NewTop_IsWrittenBackBeforeItIsUsed()
    {
        var behind = new BehindTheCaches();
        using var bench = Bench(behind, new PageTableOptions { Caches = behind, MaxLevels = 5 });
        bench.ShouldMap(1UL << 48, Page, Page);
        Assert.AreEqual(Page | 3, behind.Walk(bench.Table.Root.Value, 5).Leaves[1UL << 48]);
    }

    private static IReadOnlyList<Action<PageTableBench<Format>>> Steps { get; } =
    [
        bench => bench.ShouldMap(5 * Page, 9 * Page, 3 * Page),
        bench => bench.ShouldMap(20 * Page, 9 * Page, 30 * Page),
        bench => bench.Map(4 * Page, 100 * Page, 4 * Page),
        bench => bench.ShouldMap(2 * TwoMiB, 8 * TwoMiB, 3 * TwoMiB),
        bench => bench.ShouldMap(1UL << 31, TwoMiB, TwoMiB),
        bench => bench.Unmap(6 * Page, Page),
        bench => bench.Unmap(20 * Page, 40 * Page),
        bench => bench.Unmap(2 * TwoMiB, Page),
        bench => bench.Unmap(3 * TwoMiB, 2 * TwoMiB),
        bench => bench.Unmap(5 * Page, Page),
        bench => bench.Unmap(7 * Page, Page),
        bench => bench.ShouldMap(0, 4 * TwoMiB, TwoMiB),
        bench => bench.Unmap(1UL << 31, 1UL << 30),
        bench => bench.ShouldMap(1UL << 31, Page, 20 * TwoMiB),
        bench => bench.Unmap(1UL << 31, 20 * TwoMiB),
    ];

    private static PageTableBench<Format> Bench(out BehindTheCaches behind, int forgotten = 0)
    {
        behind = new BehindTheCaches { Forgotten = forgotten };
        return Bench(behind, new PageTableOptions { Caches = behind });
    }

    private static PageTableBench<Format> Bench(BehindTheCaches behind, PageTableOptions options)
    {
        return new PageTableBench<Format>(Levels, options: options, ready: ram => behind.Ram = ram);
    }

    private static void ShouldBeWrittenBack(PageTableBench<Format> bench, BehindTheCaches behind, string where)
    {
        var (leaves, tables) = behind.Walk(bench.Table.Root.Value, Levels);
        Assert.AreEqual(bench.LiveTables, tables.Count, where);
        foreach (var table in tables)
        {
            for (ulong index = 0; index < 512; index++)
                Assert.AreEqual(bench.Ram.Entry(new PhysAddr(table + (index * 8))), behind.Read(table + (index * 8)), $"{where} entry {index} of the table at 0x{table:x}");
        }

        foreach (var (input, raw) in leaves)
            Assert.AreEqual(raw & 0x000f_ffff_ffff_f000, NaiveTableReader.Walk(bench.Ram, bench.Table.Root, Levels, input)!.Value.Physical, where);
    }
}
