using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class VmallocTests
{
    [TestMethod]
    public void Areas_StandBetweenGuardPages()
    {
        using var memory = new TestMemory();

        var first = memory.Vmalloc(2 * 4096);
        var second = memory.Vmalloc(100);

        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(new KernelAddr(first.Address.Value - 1)));
        Assert.AreEqual(MemoryRegion.Vmalloc, memory.Kernel.RegionOf(first.Address));
        Assert.AreEqual(MemoryRegion.Vmalloc, memory.Kernel.RegionOf(first.Address + 0x1fff));
        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(first.Address + 0x2000));
        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(first.Address + 0x2fff));
        Assert.AreEqual(first.Address + 0x3000, second.Address);
        Assert.AreEqual(100UL, second.LengthBytes);
    }

    [TestMethod]
    public void ScatteredMemory_IsViewedBySegments_AndCopiedWhole()
    {
        using var memory = new TestMemory();
        var buffer = Scattered(memory, pages: 4);
        var source = Enumerable.Range(0, 9000).Select(value => (byte)(value * 7)).ToArray();
        var destination = new byte[9000];

        Assert.ThrowsExactly<InvalidOperationException>(() => buffer.Read().Bytes.Length);
        buffer.CopyFrom(source, offset: 4000);
        buffer.CopyTo(destination, offset: 4000);

        CollectionAssert.AreEqual(source, destination);
        Assert.AreEqual(96UL, buffer.SegmentAt(4000).LengthBytes);
        using var segment = buffer.SegmentAt(4096).Read();
        Assert.AreEqual(4096, segment.Bytes.Length);
        Assert.AreEqual(source[96], segment.Bytes[0]);
    }

    [TestMethod]
    public void Vfree_UnmapsAndGivesEveryPageBack()
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        var buffer = memory.Vmalloc(10 * 4096);
        Assert.AreEqual(total - 10, memory.Pages.FreePageCount);
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address + 0x3000, out var inside));
        Assert.IsTrue(memory.Kernel.TryFindAllocation(inside, out var record));
        Assert.AreEqual((FreedMemoryKind.VmallocArea, AllocationStatus.Allocated), (record.Kind, record.Status));

        memory.Vfree(buffer);

        Assert.AreEqual(total, memory.Pages.FreePageCount);
        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(buffer.Address));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => buffer.Read(0, 1).Bytes.Length).Message, "Nothing is mapped");
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Vfree(buffer));
    }

    [TestMethod]
    public void AFreedAddress_IsNotTakenAgainAtOnce()
    {
        using var memory = new TestMemory();
        var buffer = memory.Vmalloc(4096);
        memory.Vfree(buffer);

        Assert.AreNotEqual(buffer.Address, memory.Vmalloc(4096).Address);
    }

    [TestMethod]
    public void MemoryThatRunsOut_GivesTheNullBuffer_AndLosesNothing()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var total = memory.Pages.FreePageCount;

        Assert.IsTrue(memory.Vmalloc((total + 1) * 4096).IsNull);
        Assert.IsTrue(memory.Vmalloc(ulong.MaxValue).IsNull);

        Assert.AreEqual(total, memory.Pages.FreePageCount);
        Assert.AreEqual(0, memory.Kernel.Areas.AreaCount);
    }

    [TestMethod]
    public void RandomAreas_NeverOverlapNorTouch()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var memory = new TestMemory();
        var live = new List<KernelBuffer>();
        for (var step = 0; step < 2_000; step++)
        {
            if (live.Count < 20 || random.Next(2) == 0)
            {
                var buffer = memory.Vmalloc((ulong)random.Next(1, 40_000));
                Assert.IsFalse(live.Any(other => Guarded(other).Overlaps(Guarded(buffer))), $"seed {seed}, step {step}");
                live.Add(buffer);
            }
            else
            {
                var index = random.Next(live.Count);
                memory.Vfree(live[index]);
                live.RemoveAt(index);
            }
        }
    }

    private static AddressRange<KernelAddr> Guarded(KernelBuffer buffer) => new(buffer.Address, ((buffer.LengthBytes + 4095) & ~4095UL) + 4096);

    // Every second page is kept by somebody else, so that no two of the area's pages are neighbours in RAM.
    private static KernelBuffer Scattered(TestMemory memory, int pages)
    {
        var kept = Enumerable.Range(0, 4 * pages).Select(_ => memory.Kernel.AllocPages(0, Gfp.Atomic)).OrderBy(page => page.First.Value).ToList();
        for (var index = 0; index < kept.Count; index += 2)
            memory.Kernel.FreePages(kept[index]);
        return memory.Vmalloc((ulong)pages * 4096);
    }
}
