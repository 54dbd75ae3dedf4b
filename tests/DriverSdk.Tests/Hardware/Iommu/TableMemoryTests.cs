using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class TableMemoryTests
{
    private const ulong Place = 0x10_0040;
    private static readonly Bdf Device = new(1, 0, 0);

    [TestMethod]
    public void Read_BeforeAnyWriteBack_IsZero()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(64UL << 20));
        var memory = new TableMemory(ram);
        ram.TryWriteEntry(new PhysAddr(Place), 5);
        Assert.AreEqual(0UL, Read(memory, Place));
    }

    [TestMethod]
    [DataRow(Place, 1UL, Place)]
    [DataRow(Place + 63, 1UL, Place)]
    [DataRow(Place + 63, 2UL, Place + 64)]
    [DataRow(Place - 1, 66UL, Place + 64)]
    public void WriteBack_Range_CopiesEveryLineItTouchesAndNoOther(ulong start, ulong lengthBytes, ulong lastLine)
    {
        using var ram = new PhysicalMemory(new MemoryLayout(64UL << 20));
        var memory = new TableMemory(ram);
        for (var place = Place - 128; place < Place + 256; place += 8)
            ram.TryWriteEntry(new PhysAddr(place), place);
        memory.WriteBack(new PhysAddr(start), lengthBytes);
        for (var place = Place - 128; place < Place + 256; place += 8)
            Assert.AreEqual(place >= (start & ~63UL) && place < lastLine + 64 ? place : 0, Read(memory, place), $"0x{place:x}");
    }

    [TestMethod]
    public void WriteBack_NothingOrOutsideRam_IsNothing()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(64UL << 20));
        var memory = new TableMemory(ram);
        ram.TryWriteEntry(new PhysAddr(Place), 5);
        memory.WriteBack(new PhysAddr(Place), 0);
        memory.WriteBack(new PhysAddr(0xfed9_0000), 4096);
        Assert.AreEqual(0UL, Read(memory, Place));
        Assert.IsNull(memory.ReadEntry(new PhysAddr(0xfed9_0000), TableKind.Root, 0, Device));
        Assert.IsNull(memory.ReadEntry(new PhysAddr(Place + 4), TableKind.Root, 0, Device));
    }

    [TestMethod]
    public void Read_StaleLine_IsToldOnceUntilItIsWrittenBack()
    {
        using var ram = new PhysicalMemory(new MemoryLayout(64UL << 20));
        var told = new List<StaleTableRead>();
        var memory = new TableMemory(ram) { OnStaleRead = told.Add };
        ram.TryWriteEntry(new PhysAddr(Place + 8), 5);
        Read(memory, Place);
        Assert.AreEqual(0, told.Count, "another entry of the line is not what was read");
        Read(memory, Place + 8);
        Read(memory, Place + 8);
        Assert.AreEqual(new StaleTableRead(new PhysAddr(Place + 8), TableKind.Paging, 2, Device, 0, 5), told.Single());
        Assert.AreEqual(new PhysAddr(Place), told[0].Line);

        memory.WriteBack(new PhysAddr(Place + 8), 8);
        Assert.AreEqual(5UL, Read(memory, Place + 8));
        ram.TryWriteEntry(new PhysAddr(Place + 8), 6);
        Assert.AreEqual(5UL, Read(memory, Place + 8));
        Assert.AreEqual(2, told.Count);
    }

    [TestMethod]
    public void Unit_OfEachKind_SaysWhetherItSnoops()
    {
        using var coherent = new UnitFixture();
        Assert.IsTrue(coherent.Unit.ExtendedCapability.CoherentWalks);
        Assert.IsNull(coherent.Unit.TableMemory);
        using var other = new UnitFixture(new RemappingUnitOptions { Coherency = TableCoherency.NonCoherent });
        Assert.IsFalse(other.Unit.ExtendedCapability.CoherentWalks);
        Assert.AreEqual(0UL, other.Read64(0x10) & 1, "ECAP.C");
        Assert.ThrowsExactly<ArgumentException>(() => new UnitFixture(new RemappingUnitOptions { Coherency = (TableCoherency)7 }));
    }

    [TestMethod]
    public void NonCoherentUnit_FindsEachTable_OnlyWhenItIsWrittenBack()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Coherency = TableCoherency.NonCoherent, Caches = new CachePolicy { ContextEntries = 0 } });
        var memory = fixture.Unit.TableMemory!;
        var told = new List<(TableKind, int, Bdf)>();
        memory.OnStaleRead = read => told.Add((read.Table, read.Level, read.Requester));
        table.Map(0x5000, UnitFixture.FrameA, IommuAccess.Read);

        var source = UnitFixture.Device;
        fixture.ShouldFault(FaultReason.RootEntryNotPresent, 0x5000);
        memory.WriteBack(fixture.RootTable, 4096);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.ContextEntryNotPresent, 0x5000);
        memory.WriteBack(new PhysAddr(fixture.Read(fixture.RootTable + 16) & ~0xfffUL), 4096);
        fixture.ClearRecord(0);
        fixture.ShouldFault(FaultReason.ReadDenied, 0x5000);
        CollectionAssert.AreEqual(new[] { (TableKind.Root, 0, source), (TableKind.Context, 0, source), (TableKind.Paging, 3, source) }, told);

        // All of RAM where the fixture puts tables.
        memory.WriteBack(new PhysAddr(0x10_0000), 0x4_0000);
        fixture.ShouldReach(UnitFixture.FrameA, 0x5000);
        fixture.Invalidate(IotlbInvalidation.Global(Drain.None));
        Assert.AreEqual(2, fixture.QueueHead, "the queue and its status word are always snooped");
        Assert.AreEqual(3, told.Count);
    }

    private static ulong Read(TableMemory memory, ulong place)
    {
        var entry = memory.ReadEntry(new PhysAddr(place), TableKind.Paging, 2, Device);
        Assert.IsNotNull(entry, $"0x{place:x} is not RAM");
        return entry.Value;
    }
}
