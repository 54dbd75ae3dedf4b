using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using Format = DriverSdk.Contract.PageTables.VtdSecondStageFormat;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>Dirty pages of a range. The test sets the bits as a unit would, with a number of its own: bit 9 of the leaf.</summary>
[TestClass]
public sealed class PageTableDirtyTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private const ulong OneGiB = 1UL << 30;

    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void ReadDirty_PagesOfEverySize_AreFoundOnceAndThenClean(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        foreach (var size in new[] { Page, TwoMiB, OneGiB })
        {
            bench.ShouldMap(size * 4, 0, size * 2);
            MarkWritten(bench, levels, (size * 4) + (size / 2));
            var range = new AddressRange<Iova>(default, 8 * size);
            var dirty = new DirtyBitmap(range, PageSize.Size4K);

            Assert.IsTrue(Read(bench, range, DirtyRead.Keep, dirty).IsEmpty, "nothing became clean");
            Assert.AreEqual((int)(size / Page), dirty.DirtyCount);
            dirty.Clear();
            Assert.AreEqual(new AddressRange<Iova>(new Iova(size * 4), size), Read(bench, range, DirtyRead.Clear, dirty));
            Assert.AreEqual((int)(size / Page), dirty.DirtyCount);
            Assert.IsTrue(dirty.IsDirty(new Iova(size * 4)) && dirty.IsDirty(new Iova((size * 5) - 1)));
            Assert.IsFalse(dirty.IsDirty(new Iova((size * 4) - 1)) || dirty.IsDirty(new Iova(size * 5)));

            dirty.Clear();
            Assert.IsTrue(Read(bench, range, DirtyRead.Clear, dirty).IsEmpty);
            Assert.AreEqual(0, dirty.DirtyCount);
            bench.ShouldLead(size * 4, 0, 2 * size);
            bench.Unmap(size * 4, size * 2);
        }
    }

    [TestMethod]
    public void ReadDirty_RandomPages_AgreeWithAList()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var bench = new PageTableBench<Format>(4);
        bench.ShouldMap(OneGiB - (1000 * Page), 0, 1500 * Page);
        bench.ShouldMap(OneGiB + (1700 * Page), Page, 20 * Page);
        for (var turn = 0; turn < 50; turn++)
        {
            var written = Enumerable.Range(0, 30).Select(_ => OneGiB - (1000 * Page) + ((ulong)random.Next(1500) * Page)).ToHashSet();
            foreach (var page in written)
                MarkWritten(bench, 4, page);
            var range = new AddressRange<Iova>(new Iova(OneGiB - ((ulong)random.Next(0, 1200) * Page)), (ulong)random.Next(1, 3000) * Page);
            var dirty = new DirtyBitmap(range, PageSize.Size4K);
            Read(bench, range, DirtyRead.Clear, dirty);

            var expected = written.Where(page => range.Contains(new Iova(page))).ToArray();
            Assert.AreEqual(expected.Length, dirty.DirtyCount, $"seed {seed}, turn {turn}");
            Assert.IsTrue(expected.All(page => dirty.IsDirty(new Iova(page))), $"seed {seed}, turn {turn}");
            var rest = new AddressRange<Iova>(default, 4 * OneGiB);
            var left = new DirtyBitmap(rest, PageSize.Size4K);
            Read(bench, rest, DirtyRead.Clear, left);
            Assert.AreEqual(written.Count - expected.Length, left.DirtyCount, $"seed {seed}, turn {turn}: pages outside the range stay dirty");
        }
    }

    [TestMethod]
    public void ReadDirty_BeyondTheTableOrBehindTheCaches_IsInvalid()
    {
        using var bench = new PageTableBench<Format>(3);
        var gather = default(IotlbGather);
        var range = new AddressRange<Iova>(new Iova(1UL << 39), Page);
        Assert.AreEqual(Errno.Invalid, bench.Table.ReadDirty(range, DirtyRead.Keep, new DirtyBitmap(range, PageSize.Size4K), ref gather));
        var behind = new BehindTheCaches();
        using var other = new PageTableBench<Format>(3, options: new PageTableOptions { Caches = behind }, ready: ram => behind.Ram = ram);
        range = new AddressRange<Iova>(default, Page);
        Assert.AreEqual(Errno.Invalid, other.Table.ReadDirty(range, DirtyRead.Keep, new DirtyBitmap(range, PageSize.Size4K), ref gather));
    }

    private static AddressRange<Iova> Read(PageTableBench<Format> bench, AddressRange<Iova> range, DirtyRead read, DirtyBitmap dirty)
    {
        var gather = default(IotlbGather);
        Assert.AreEqual(Errno.Success, bench.Table.ReadDirty(range, read, dirty, ref gather));
        return gather.Range;
    }

    private static void MarkWritten(PageTableBench<Format> bench, int levels, ulong input)
    {
        var table = bench.Table.Root.Value;
        for (var level = levels - 1; ; level--)
        {
            ref var entry = ref bench.Ram.Entry(new PhysAddr(table + (((input >> (12 + (9 * level))) & 511) * 8)));
            Assert.AreNotEqual(0UL, entry & 3, $"0x{input:x} is mapped");
            if (level == 0 || (entry & 0x80) != 0)
            {
                entry |= 1UL << 9;
                return;
            }

            table = entry & 0x000f_ffff_ffff_f000;
        }
    }
}
