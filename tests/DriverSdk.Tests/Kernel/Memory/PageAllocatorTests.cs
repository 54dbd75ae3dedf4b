using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class PageAllocatorTests
{
    private const ulong FourGiBFrame = 1UL << 20;

    [TestMethod]
    public void SixtyFourGiB_AreFreeAtStart_WithoutAnEntryTouched()
    {
        using var memory = new TestMemory(64 * TestMemory.GiB);

        var frames = (64 * TestMemory.GiB / 4096) - 0x100 - 0x400;
        Assert.AreEqual(frames, memory.Pages.FreePageCount);
        Assert.AreEqual(62 * TestMemory.GiB / (4 * TestMemory.MiB), memory.FreeBlocks(MemoryZone.Normal)[PageAllocator.MaxOrder]);
        Assert.IsFalse(memory.Pages.Map.TryFindBlock(new Pfn(FourGiBFrame), out _, out _));
    }

    [TestMethod]
    public void Normal_IsServedAboveFourGiB_AndFallsBackBelow()
    {
        using var memory = new TestMemory((2 * TestMemory.GiB) + (4 * TestMemory.MiB));

        Assert.IsTrue(memory.Pages.TryAllocPages(PageAllocator.MaxOrder, Gfp.Atomic, memory.Here(), out var high));
        Assert.IsTrue(memory.Pages.TryAllocPages(PageAllocator.MaxOrder, Gfp.Atomic, memory.Here(), out var low));
        Assert.IsTrue(memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out var single));

        Assert.AreEqual(FourGiBFrame, high.Value);
        Assert.IsLessThan(FourGiBFrame, low.Value);
        Assert.IsLessThan(FourGiBFrame, single.Value);
    }

    [TestMethod]
    public void Dma32_NeverComesFromAboveFourGiB()
    {
        using var memory = new TestMemory((2 * TestMemory.GiB) + (32 * TestMemory.MiB));

        for (var order = 0; order <= PageAllocator.MaxOrder; order++)
        {
            Assert.IsTrue(memory.Pages.TryAllocPages(order, Gfp.Dma32, memory.Here(), out var first));
            Assert.IsLessThan(FourGiBFrame, first.Value);
        }
    }

    [TestMethod]
    public void FirmwareAndKernelImage_AreNeverHandedOut()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);

        while (memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out var page))
        {
            Assert.IsFalse(KernelLayout.FirmwareRam.Contains(page.Start), $"{page}");
            Assert.IsFalse(KernelLayout.ImageRam.Contains(page.Start), $"{page}");
        }
    }

    [TestMethod]
    public void TheLastPage_IsHandedOutOnce_ThenMemoryHasRunOut()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var total = memory.Pages.FreePageCount;
        var last = default(Pfn);

        for (var count = 0UL; count < total; count++)
            Assert.IsTrue(memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out last), $"page {count} of {total}");

        Assert.IsFalse(memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out _));
        Assert.IsTrue(memory.Kernel.AllocPages(0, Gfp.Atomic).IsNull);
        memory.Pages.FreePages(last, 0, memory.Here());
        Assert.IsTrue(memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out var again));
        Assert.AreEqual(last, again);
    }

    [TestMethod]
    public void PagesOnCpuLists_ServeALargeRequestBeforeItIsRefused()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var pages = new List<Pfn>();
        while (memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out var page))
            pages.Add(page);
        foreach (var page in pages.Where(page => page.Value is >= 0x400 and < 0x440))
            memory.Pages.FreePages(page, 0, memory.Here());

        Assert.IsTrue(memory.Pages.TryAllocPages(6, Gfp.Atomic, memory.Here(), out var block));
        Assert.AreEqual(0x400UL, block.Value);
    }

    [TestMethod]
    public void EveryPageFreed_MergesBackToTheLargestBlocks()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var before = memory.FreeBlocks(MemoryZone.Dma32);
        var pages = new List<Pfn>();
        while (memory.Pages.TryAllocPages(0, Gfp.Atomic, memory.Here(), out var page))
            pages.Add(page);
        new Random(7).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(pages));

        foreach (var page in pages)
            memory.Pages.FreePages(page, 0, memory.Here());

        CollectionAssert.AreEqual(before, memory.FreeBlocks(MemoryZone.Dma32));
        Assert.AreEqual(6UL, before[PageAllocator.MaxOrder]);
    }

    [TestMethod]
    public void Zero_ClearsWhatTheLastUserLeft()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Pages.TryAllocPages(2, Gfp.Atomic, memory.Here(), out var first));
        memory.Ram.Span(first.Start, 4 * PageSize.CpuBytes).Fill(0xee);
        memory.Pages.FreePages(first, 2, memory.Here());

        Assert.IsTrue(memory.Pages.TryAllocPages(2, Gfp.Zero, memory.Here(), out var again));

        Assert.AreEqual(first, again);
        Assert.IsFalse(memory.Ram.Span(again.Start, 4 * PageSize.CpuBytes).ContainsAnyExcept((byte)0));
    }

    [TestMethod]
    public void DoubleFree_IsRefusedWithBothPlaces_AndLosesNothing()
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        var pages = memory.Kernel.AllocPages(3, Gfp.Atomic);
        memory.Kernel.FreePages(pages);

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.FreePages(pages));

        StringAssert.Contains(error.Message, "free already");
        StringAssert.Matches(error.Message, new(@"allocated at PageAllocatorTests.cs:\d+, freed at PageAllocatorTests.cs:\d+"));
        Assert.AreEqual(total, memory.Pages.FreePageCount);
    }

    [TestMethod]
    public void DoubleFreeOfASinglePage_StillOnTheCpuList_IsRefused()
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        var page = memory.Kernel.AllocPages(0, Gfp.Atomic);
        memory.Kernel.FreePages(page);

        Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.FreePages(page));

        Assert.AreEqual(total, memory.Pages.FreePageCount);
    }

    [TestMethod]
    public void WrongOrderAndInnerPage_AreRefused_AndNameTheBlock()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Pages.TryAllocPages(3, Gfp.Atomic, memory.Here(), out var first));

        var order = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Pages.FreePages(first, 2, memory.Here()));
        var inner = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Pages.FreePages(first + 1, 0, memory.Here()));
        var kind = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Pages.FreePages(first, 3, memory.Here(), FreedMemoryKind.Stack));

        var block = new AddressRange<PhysAddr>(first.Start, 8 * PageSize.CpuBytes).ToString();
        StringAssert.Contains(order.Message, block);
        StringAssert.Contains(inner.Message, block);
        StringAssert.Contains(kind.Message, "as Stack");
        memory.Pages.FreePages(first, 3, memory.Here());
    }

    [TestMethod]
    [DataRow(0UL)]
    [DataRow(0x1000UL)]
    [DataRow(0x3000UL)]
    [DataRow(ulong.MaxValue)]
    public void FreeingAPageThatWasNeverAllocated_IsRefused(ulong frame)
    {
        using var memory = new TestMemory();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Pages.FreePages(new Pfn(frame), 0, memory.Here()));

        StringAssert.Contains(error.Message, "never allocated");
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(11)]
    public void Order_OutsideTheRange_IsRefused(int order)
    {
        using var memory = new TestMemory();

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.AllocPages(order, Gfp.Atomic));
    }

    [TestMethod]
    public void Owner_SurvivesMergingAndSplitting()
    {
        using var memory = new TestMemory();
        Assert.IsTrue(memory.Pages.TryAllocPages(3, Gfp.Atomic, memory.Here(), out var first));
        var allocated = memory.Here();
        Assert.IsTrue(memory.Pages.TryAllocPages(3, Gfp.Atomic, allocated, out var second));
        var freed = memory.Here();
        memory.Pages.FreePages(second, 3, freed);
        memory.Pages.FreePages(first, 3, memory.Here());

        Assert.IsTrue(memory.Kernel.TryFindAllocation((second + 5).Start + 17, out var record));

        Assert.AreEqual(AllocationStatus.Free, record.Status);
        Assert.AreEqual(new AddressRange<PhysAddr>(second.Start, 8 * PageSize.CpuBytes), record.Memory);
        Assert.AreEqual((allocated, freed), (record.AllocatedAt, record.FreedAt));
    }
}
