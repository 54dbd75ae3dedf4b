using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Tests.Contract.PageTables;

[TestClass]
public sealed class VtdSecondStageFormatTests
{
    private static readonly PageTableLimits Everything = new(52, LargePages.Size2M | LargePages.Size1G);

    [TestMethod]
    public void ALeaf_IsTheseWords()
    {
        Assert.AreEqual(0x1234_5003UL, VtdSecondStageFormat.EncodeLeaf(new PhysAddr(0x1234_5000), 0, IommuAccess.ReadWrite));
        Assert.AreEqual(0x1220_0081UL, VtdSecondStageFormat.EncodeLeaf(new PhysAddr(0x1220_0000), 1, IommuAccess.Read));
        Assert.AreEqual(0x4000_0082UL, VtdSecondStageFormat.EncodeLeaf(new PhysAddr(0x4000_0000), 2, IommuAccess.Write));
        Assert.AreEqual(0x1234_5003UL, VtdSecondStageFormat.EncodeTable(new PhysAddr(0x1234_5000)));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void ALeaf_SurvivesEncoding(int level)
    {
        var page = new PhysAddr(0xf_c000_0000_0000);
        var entry = VtdSecondStageFormat.Decode(VtdSecondStageFormat.EncodeLeaf(page, level, IommuAccess.Read), level, Everything);
        Assert.AreEqual(new PageTableEntry(EntryKind.Leaf, IommuAccess.Read, page, ReservedBits.Clear), entry);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void ATable_SurvivesEncoding(int level)
    {
        var table = new PhysAddr(0x1234_5000);
        var entry = VtdSecondStageFormat.Decode(VtdSecondStageFormat.EncodeTable(table), level, Everything);
        Assert.AreEqual(new PageTableEntry(EntryKind.Table, IommuAccess.ReadWrite, table, ReservedBits.Clear), entry);
    }

    [TestMethod]
    [DataRow(0, 0x0000_0803UL, ReservedBits.Set, ReservedBits.Clear)]
    [DataRow(1, 0x0020_0883UL, ReservedBits.Set, ReservedBits.Clear)]
    [DataRow(2, 0x4000_0883UL, ReservedBits.Set, ReservedBits.Clear)]
    [DataRow(1, 0x0000_1803UL, ReservedBits.Set, ReservedBits.Set)]
    [DataRow(3, 0x0000_1803UL, ReservedBits.Set, ReservedBits.Set)]
    public void TheSnoopBit_IsForLeavesOfAUnitThatOffersIt(int level, ulong raw, object without, object with)
    {
        var offered = Everything with { OfferedLeafBits = VtdSecondStageFormat.Snoop };

        Assert.AreEqual((ReservedBits)without, VtdSecondStageFormat.Decode(raw, level, Everything).Reserved);
        Assert.AreEqual((ReservedBits)with, VtdSecondStageFormat.Decode(raw, level, offered).Reserved);
    }

    [TestMethod]
    public void AnEntryWithoutPermission_IsEmpty_WhateverElseItHolds() =>
        Assert.AreEqual(EntryKind.Empty, VtdSecondStageFormat.Decode(~3UL, 0, Everything).Kind);

    [TestMethod]
    public void Sizes_AndIndexes_CountFromTheLeafUp()
    {
        Assert.AreEqual(PageSize.Size4K, VtdSecondStageFormat.LeafSize(0));
        Assert.AreEqual(PageSize.Size2M, VtdSecondStageFormat.LeafSize(1));
        Assert.AreEqual(PageSize.Size1G, VtdSecondStageFormat.LeafSize(2));
        const ulong Address = (1UL << 48) | (2UL << 39) | (3UL << 30) | (4UL << 21) | (511UL << 12) | 0xfff;
        CollectionAssert.AreEqual(new[] { 511, 4, 3, 2, 1 }, Enumerable.Range(0, 5).Select(level => VtdSecondStageFormat.IndexOf(Address, level)).ToArray());
    }
}
