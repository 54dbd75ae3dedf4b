using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.PageTables;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using Format = DriverSdk.Contract.PageTables.VtdSecondStageFormat;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>The ten cases of Linux's format suite by what they check, over every depth of the format. A description names Linux's case. Source: facts/linux.md 5.10.</summary>
[TestClass]
public sealed class PageTableFormatTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private const ulong OneGiB = 1UL << 30;
    private const ulong TestTarget = 0x000c_d5c3_4567_8000;

    [TestMethod]
    [Description("test_init")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Init_EmptyTable_OffersPageSizesAndTakesOnePage(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        Assert.AreEqual(Page | TwoMiB | OneGiB, bench.Table.Sizes.Sizes);
        Assert.AreEqual(1, bench.LiveTables);
        Assert.AreEqual(levels, bench.Table.Levels);
        Assert.IsFalse(bench.Table.TryTranslate(default, out _));
    }

    [TestMethod]
    [Description("test_bitops")]
    public void PowersOfTwo_AtTheLimitsOfIntegers_AreExact()
    {
        for (byte shift = 1; shift < 64; shift++)
        {
            Assert.AreEqual(BigInteger.One << shift, new PageSize(shift).Bytes);
            Assert.AreEqual((BigInteger.One << shift) - 1, new PageSize(shift).OffsetMask);
            Assert.AreEqual((BigInteger.One << 64) - (BigInteger.One << shift), Bits.Mask(shift, 64 - shift));
            Assert.AreEqual(shift, new PageSizeSet(1UL << shift).LargestShift(0, ulong.MaxValue, 0), "one size, and room for it");
            Assert.AreEqual(shift, new PageSizeSet(1UL << shift).LargestShift(1UL << shift, ulong.MaxValue, 1UL << shift), "begun at its own address");
            Assert.AreEqual(0, new PageSizeSet(1UL << shift).LargestShift(0, (1UL << shift) - 2, 0), "a byte too short");
        }

        Assert.AreEqual(63, new PageSizeSet(ulong.MaxValue).LargestShift(0, ulong.MaxValue, 0), "all of 64 bits");
        Assert.AreEqual(0, new PageSizeSet(ulong.MaxValue).LargestShift(ulong.MaxValue, ulong.MaxValue, 0), "the last byte");
    }

    [TestMethod]
    [Description("test_best_pgsize")]
    public void BestPageSize_RandomPrefixesAndEverySuffix_IsThatOfTheBruteForce()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var turn = 0; turn < 20_000; turn++)
        {
            var low = turn % 4 == 0 ? 32 : 1;
            var sizes = turn % 7 == 0 ? 0 : Word(random);
            var prefix = (turn % 3) switch { 0 => Word(random), 1 => 0UL, _ => ulong.MaxValue };
            var input = prefix << random.Next(low, low + 10);
            var output = (turn % 11 == 0 ? prefix : Word(random)) << random.Next(low, low + 10);
            var last = (turn % 5 == 0 ? ulong.MaxValue : Word(random)) | ((1UL << random.Next(low, low + 10)) - 1);
            if (input > last)
                (input, last) = (last, input);
            Assert.AreEqual(BruteForce(sizes, input, last, output), new PageSizeSet(sizes).LargestShift(input, last, output),
                $"seed {seed}, turn {turn}: sizes 0x{sizes:x}, 0x{input:x} to 0x{last:x} -> 0x{output:x}");
        }
    }

    [TestMethod]
    [Description("test_table_ptr")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void TableEntry_AtEveryLevel_PointsWhereItWasMadeTo(int levels)
    {
        using var bench = WithLastPage(levels);
        for (var level = levels - 1; level > 0; level--)
        {
            ref var entry = ref FirstEntry(bench, level);
            Assert.AreEqual(0UL, entry);
            for (var turn = 0; turn < 2; turn++)
            {
                entry = Format.EncodeTable(new PhysAddr(TestTarget));
                Assert.AreEqual(TestTarget | 3, entry, "read and write allowed, bit 7 clear");
                Assert.AreEqual(new PageTableEntry(EntryKind.Table, IommuAccess.ReadWrite, new PhysAddr(TestTarget), ReservedBits.Clear), Format.Decode(entry, level, bench.Limits));
            }

            entry = 0;
            Assert.AreEqual(EntryKind.Empty, Format.Decode(entry, level, bench.Limits).Kind);
        }
    }

    [TestMethod]
    [Description("test_max_va")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void LastAddress_OfEveryDepth_IsReachedAndNotPassed(int levels)
    {
        using var bench = new PageTableBench<Format>(levels);
        Assert.IsGreaterThanOrEqualTo(levels, Format.MaxLevels);
        var end = 1UL << (12 + (9 * levels));
        Assert.AreEqual(Errno.Success, bench.Map(end - Page, 0, Page));
        Assert.AreEqual(Errno.Invalid, bench.Map(end, 0, Page));
        Assert.AreEqual(Errno.Invalid, bench.Map(end - (2 * Page), 0, 3 * Page));
        Assert.AreEqual(Errno.Invalid, bench.Map(ulong.MaxValue - (Page - 1), 0, 2 * Page), "around the end of 64 bits");
        Assert.IsFalse(bench.Table.TryTranslate(new Iova(end), out _));
        Assert.AreEqual(0UL, bench.Unmap(end, Page));
        Assert.AreEqual(Page, bench.Unmap(end - Page, Page));
    }

    [TestMethod]
    [Description("test_table_radix")]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    public void Levels_TogetherDecodeEveryBitOnce(int levels)
    {
        for (var bit = 0; bit < 64; bit++)
        {
            var decoding = Enumerable.Range(0, levels).Where(level => Format.IndexOf(1UL << bit, level) != 0).ToArray();
            var isDecoded = bit >= 12 && bit < 12 + (9 * levels);
            Assert.AreEqual(isDecoded ? 1 : 0, decoding.Length, $"bit {bit}");
            if (isDecoded)
                Assert.AreEqual(1 << ((bit - 12) % 9), Format.IndexOf(1UL << bit, decoding[0]), $"bit {bit}");
        }
    }

    [TestMethod]
    [Description("test_entry_possible_sizes")]
    [DataRow(3, LargePages.None, Page)]
    [DataRow(4, LargePages.Size2M, Page | TwoMiB)]
    [DataRow(3, LargePages.Size2M | LargePages.Size1G, Page | TwoMiB | OneGiB)]
    [DataRow(4, LargePages.Size2M | LargePages.Size1G, Page | TwoMiB | OneGiB)]
    [DataRow(5, LargePages.Size2M | LargePages.Size1G, Page | TwoMiB | OneGiB)]
    public void Sizes_OfEveryLevel_LieWithinIt(int levels, LargePages largePages, ulong expected)
    {
        using var bench = new PageTableBench<Format>(levels, largePages);
        Assert.AreEqual(expected, bench.Table.Sizes.Sizes);
        for (var level = 0; level < levels; level++)
        {
            var ofLevel = expected & ~((1UL << (12 + (9 * level))) - 1) & ((1UL << (21 + (9 * level))) - 1);
            var leaf = Format.Decode(3 | (level > 0 ? 0x80UL : 0), level, bench.Limits);
            Assert.AreEqual(ofLevel != 0, leaf == new PageTableEntry(EntryKind.Leaf, IommuAccess.ReadWrite, default, ReservedBits.Clear), $"level {level}");
            Assert.AreEqual(ofLevel & Format.LeafSize(level).Bytes, ofLevel, "an entry maps its own size and no part of its table");
        }

        bench.ShouldMap(OneGiB, OneGiB, OneGiB);
        var shift = BitOperations.Log2(expected);
        var (small, size2M, size1G) = PageTableLeaves.Count(bench.Ram, bench.Table.Root, levels);
        Assert.AreEqual((1 << 30) >> shift, shift switch { 12 => small, 21 => size2M, _ => size1G }, "1 GiB consists of the largest pages there are");
    }

    [TestMethod]
    [Description("test_entry_oa")]
    [DataRow(3, TestTarget)]
    [DataRow(4, 0UL)]
    [DataRow(4, TestTarget)]
    [DataRow(5, 0x000f_ffff_ffff_ffffUL)]
    [DataRow(5, TestTarget)]
    public void Leaf_OfEverySize_LeadsWhereItWasMadeTo(int levels, ulong target)
    {
        using var bench = WithLastPage(levels);
        for (var level = 0; level < 3; level++)
        {
            var size = 1UL << (12 + (9 * level));
            var page = target & ~(size - 1);
            // The first entry of the table through which the last page is reached.
            var input = level + 1 == levels ? 0 : (1UL << (12 + (9 * levels))) - (size << 9);
            ref var entry = ref FirstEntry(bench, level);
            entry = Format.EncodeLeaf(new PhysAddr(page), level, IommuAccess.Read);
            Assert.AreEqual(new PageTableEntry(EntryKind.Leaf, IommuAccess.Read, new PhysAddr(page), ReservedBits.Clear), Format.Decode(entry, level, bench.Limits));
            for (ulong offset = 0; offset < size; offset += Math.Max(Page, size / 512))
            {
                bench.ShouldLead(input + offset, page + offset, Page);
                Assert.AreEqual((page + offset, 1, level + 1), NaiveTableReader.Walk(bench.Ram, bench.Table.Root, levels, input + offset));
            }

            entry = 0;
            Assert.IsFalse(bench.Table.TryTranslate(new Iova(input), out _));
        }
    }

    [TestMethod]
    [Description("test_attr_from_entry")]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void Attributes_OfEveryLeaf_MakeTheSameEntryAgain(int level)
    {
        var limits = new PageTableLimits(52, LargePages.Size2M | LargePages.Size1G);
        foreach (var access in new[] { IommuAccess.Read, IommuAccess.Write, IommuAccess.ReadWrite })
        {
            var raw = Format.EncodeLeaf(new PhysAddr(TestTarget & ~((1UL << (12 + (9 * level))) - 1)), level, access);
            var entry = Format.Decode(raw, level, limits);
            Assert.AreEqual(access, entry.Access);
            Assert.AreEqual((ulong)access, raw & 3, "read is bit 0, write is bit 1");
            Assert.AreEqual(raw, Format.EncodeLeaf(entry.Target, level, entry.Access));
        }
    }

    [TestMethod]
    [Description("test_dirty")]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void DirtyAndAccessed_OnEveryLeaf_AreSeenAndTakenAway(int level)
    {
        var limits = new PageTableLimits(52, LargePages.Size2M | LargePages.Size1G);
        var raw = Format.EncodeLeaf(new PhysAddr(TestTarget & ~((1UL << (12 + (9 * level))) - 1)), level, IommuAccess.ReadWrite);
        Assert.IsFalse(Format.IsDirty(raw) || Format.IsAccessed(raw));
        Assert.AreEqual(raw | (1UL << 8), Format.MakeAccessed(raw));
        Assert.AreEqual(raw | (1UL << 9), Format.MakeDirty(raw));
        var both = Format.MakeDirty(Format.MakeAccessed(raw));
        Assert.IsTrue(Format.IsDirty(both) && Format.IsAccessed(both));
        Assert.AreEqual(Format.Decode(raw, level, limits), Format.Decode(both, level, limits), "they change nothing else");
        Assert.AreEqual(Format.MakeAccessed(raw), Format.MakeClean(both));
        Assert.AreEqual(Format.MakeDirty(raw), Format.MakeIdle(both));
        Assert.AreEqual(raw, Format.MakeIdle(Format.MakeClean(both)));
    }

    // A page at the highest address brings in a table of every level, whose first entries are free.
    private static PageTableBench<Format> WithLastPage(int levels)
    {
        var bench = new PageTableBench<Format>(levels);
        bench.ShouldMap((1UL << (12 + (9 * levels))) - Page, 0, Page);
        return bench;
    }

    private static ref ulong FirstEntry(PageTableBench<Format> bench, int level)
    {
        var table = bench.Table.Root.Value;
        for (var above = bench.Table.Levels - 1; above > level; above--)
            table = bench.Ram.Entry(new PhysAddr(table + (511 * 8))) & 0x000f_ffff_ffff_f000;
        return ref bench.Ram.Entry(new PhysAddr(table));
    }

    private static ulong Word(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);

    private static int BruteForce(ulong sizes, ulong input, ulong last, ulong output)
    {
        for (var shift = 63; shift > 0; shift--)
        {
            var size = UInt128.One << shift;
            if ((sizes & (ulong)size) != 0 && input % size == 0 && output % size == 0 && input + size - 1 <= last)
                return shift;
        }

        return 0;
    }
}
