using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class SlabAllocatorTests
{
    [TestMethod]
    [DataRow(1UL, 8UL)]
    [DataRow(8UL, 8UL)]
    [DataRow(9UL, 16UL)]
    [DataRow(65UL, 96UL)]
    [DataRow(97UL, 128UL)]
    [DataRow(192UL, 192UL)]
    [DataRow(193UL, 256UL)]
    [DataRow(4097UL, 8192UL)]
    [DataRow(8192UL, 8192UL)]
    public void ARequest_IsServedByTheSmallestClassThatHoldsIt(ulong requested, ulong objectBytes)
    {
        using var memory = new TestMemory();

        var buffer = memory.Kernel.Kmalloc(requested, Gfp.Atomic);

        Assert.AreEqual(requested, buffer.LengthBytes);
        Assert.AreEqual(objectBytes, RecordOf(memory, buffer).Memory.LengthBytes);
        Assert.AreEqual(FreedMemoryKind.SlabObject, RecordOf(memory, buffer).Kind);
    }

    [TestMethod]
    public void Neighbours_ShareAPage()
    {
        using var memory = new TestMemory();

        var first = memory.Kernel.Kmalloc(64, Gfp.Atomic);
        var second = memory.Kernel.Kmalloc(64, Gfp.Atomic);

        Assert.AreEqual(64UL, second.Address - first.Address);
        Assert.AreEqual(PageOf(memory, first), PageOf(memory, second));
        memory.Kernel.Kfree(first);
        using (var view = second.Write())
            view.Bytes.Fill(0xaa);
        Assert.AreEqual(AllocationStatus.Allocated, RecordOf(memory, second).Status);
        Assert.AreEqual(AllocationStatus.Free, RecordOf(memory, first).Status);
    }

    [TestMethod]
    public void EveryClass_FillsItsSlabWithDistinctObjects_AndGivesItsPagesBack()
    {
        using var memory = new TestMemory();
        foreach (var (objectBytes, order) in SlabAllocator.Classes)
        {
            var objects = Enumerable.Range(0, 3 * ((4096 << order) / objectBytes)).Select(_ => memory.Kernel.Kmalloc((ulong)objectBytes, Gfp.Atomic)).ToList();

            Assert.AreEqual(objects.Count, objects.Select(buffer => buffer.Address).Distinct().Count());
            Assert.IsTrue(objects.All(buffer => buffer.Address.Value % (ulong)(objectBytes & -objectBytes) == 0), $"{objectBytes}");
            var full = memory.Pages.FreePageCount;
            objects.ForEach(buffer => memory.Kernel.Kfree(buffer));

            Assert.AreEqual(full + (1UL << order), memory.Pages.FreePageCount, $"class {objectBytes}: one slab is active, one in stock, the third goes back");
        }
    }

    [TestMethod]
    public void DoubleKfree_IsRefusedWithBothPlaces()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(64, Gfp.Atomic);
        memory.Kernel.Kfree(buffer);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(buffer));

        StringAssert.Matches(error.Message, new(@"free already, allocated at SlabAllocatorTests.cs:\d+, freed at SlabAllocatorTests.cs:\d+"));
        Assert.AreNotEqual(memory.Kernel.Kmalloc(64, Gfp.Atomic).Address, memory.Kernel.Kmalloc(64, Gfp.Atomic).Address);
    }

    [TestMethod]
    public void KfreeInsideAnObject_NamesTheObject()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(200, Gfp.Atomic);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(buffer.Slice(24, 8)));

        StringAssert.Contains(error.Message, $"24 bytes into the 256 bytes at {buffer.Address}");
        memory.Kernel.Kfree(buffer);
    }

    [TestMethod]
    public void KfreeOfOtherMemory_IsRefused_AndSaysWhatItIs()
    {
        using var memory = new TestMemory();
        var pages = memory.Kernel.AllocPages(1, Gfp.Atomic);
        var area = memory.Vmalloc(4096);

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(pages.Buffer)).Message, "(Pages)");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(area)).Message, "region Vmalloc");
        var untouched = memory.Kernel.BufferAt(memory.Kernel.Layout.ToKernelAddr(new PhysAddr(48 * TestMemory.MiB)), 8);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(untouched)).Message, "nothing was ever allocated");
    }

    [TestMethod]
    public void FreePages_RefusesAPageOfObjects()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(64, Gfp.Atomic);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Pages.FreePages(PageOf(memory, buffer), 0, memory.Here()));

        StringAssert.Contains(error.Message, "SlabPage");
    }

    [TestMethod]
    [DataRow(8193UL, 4UL)]
    [DataRow(16384UL, 4UL)]
    [DataRow(16385UL, 8UL)]
    [DataRow(4UL << 20, 1024UL)]
    public void LargeObjects_HavePagesOfTheirOwn(ulong lengthBytes, ulong pages)
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;

        var buffer = memory.Kernel.Kmalloc(lengthBytes, Gfp.Atomic);

        Assert.AreEqual(total - pages, memory.Pages.FreePageCount);
        Assert.AreEqual(FreedMemoryKind.LargeObject, RecordOf(memory, buffer).Kind);
        memory.Kernel.Kfree(buffer);
        Assert.AreEqual(total, memory.Pages.FreePageCount);
        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kfree(buffer));
    }

    [TestMethod]
    public void RequestsThatCannotBeMet_GiveTheNullBuffer_AndZeroIsAnError()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);

        Assert.IsTrue(memory.Kernel.Kmalloc((4UL << 20) + 1, Gfp.Atomic).IsNull);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.Kmalloc(0, Gfp.Atomic));
        while (memory.Pages.TryAllocPages(0, Gfp.Atomic, default, out _))
        {
        }

        Assert.IsTrue(memory.Kernel.Kmalloc(64, Gfp.Atomic).IsNull);
        memory.Kernel.Kfree(default);
    }

    [TestMethod]
    public void Zero_ClearsTheWholeObject()
    {
        using var memory = new TestMemory();
        var buffer = memory.Kernel.Kmalloc(96, Gfp.Atomic);
        using (var view = buffer.Write())
            view.Bytes.Fill(0xee);
        memory.Kernel.Kfree(buffer);

        var again = memory.Kernel.Kmalloc(96, Gfp.Zero);

        Assert.AreEqual(buffer.Address, again.Address);
        using var read = again.Read();
        Assert.IsFalse(read.Bytes.ContainsAnyExcept((byte)0));
    }

    [TestMethod]
    public void Dma32Objects_NeverShareASlabFromAbove()
    {
        using var memory = new TestMemory(3 * TestMemory.GiB);
        var high = memory.Kernel.Kmalloc(64, Gfp.Atomic);

        var low = memory.Kernel.Kmalloc(64, Gfp.Dma32);

        Assert.IsGreaterThanOrEqualTo(1UL << 20, PageOf(memory, high).Value);
        Assert.IsLessThan(1UL << 20, PageOf(memory, low).Value);
    }

    [TestMethod]
    public void RandomObjects_NeverOverlap_AndKeepTheirBytes()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        var live = new List<(KernelBuffer Buffer, byte Mark)>();
        for (var step = 0; step < 40_000; step++)
        {
            if (random.Next(1000) < (step % 8000 < 4000 ? 600 : 400))
            {
                var buffer = memory.Kernel.Kmalloc((ulong)random.Next(1, 1 << random.Next(4, 15)), Gfp.Atomic);
                if (buffer.IsNull)
                    continue;
                using var view = buffer.Write();
                view.Bytes.Fill((byte)step);
                live.Add((buffer, (byte)step));
            }
            else if (live.Count > 0)
            {
                Release(memory, live, random.Next(live.Count), seed);
            }
        }

        while (live.Count > 0)
            Release(memory, live, live.Count - 1, seed);
        // Per class an active slab and one in stock may stay.
        Assert.IsGreaterThan(total - 100, memory.Pages.FreePageCount, $"seed {seed}");
    }

    private static void Release(TestMemory memory, List<(KernelBuffer Buffer, byte Mark)> live, int index, int seed)
    {
        var (buffer, mark) = live[index];
        live[index] = live[^1];
        live.RemoveAt(live.Count - 1);
        using (var view = buffer.Read())
            Assert.IsFalse(view.Bytes.ContainsAnyExcept(mark), $"seed {seed}: {buffer} was overwritten");
        memory.Kernel.Kfree(buffer);
    }

    private static Pfn PageOf(TestMemory memory, KernelBuffer buffer)
    {
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address, out var start));
        return Pfn.Containing(start);
    }

    private static AllocationRecord RecordOf(TestMemory memory, KernelBuffer buffer)
    {
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address, out var start));
        Assert.IsTrue(memory.Kernel.TryFindAllocation(start, out var record));
        return record;
    }
}
