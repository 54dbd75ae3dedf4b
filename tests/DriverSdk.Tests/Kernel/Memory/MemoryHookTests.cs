using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class MemoryHookTests
{
    [TestMethod]
    public void AFreeThatACheckStops_LeavesTheBlockAllocated()
    {
        using var memory = new TestMemory();
        using var checks = Checks(memory, new Sink { Throws = true });
        var pages = memory.Kernel.AllocPages(2, Gfp.Atomic);
        var free = memory.Pages.FreePageCount;
        checks.OnDomainMapped((pages.First + 3).Start, PageSize.CpuBytes);

        Assert.ThrowsExactly<NotSupportedException>(() => memory.Kernel.FreePages(pages));

        Assert.AreEqual(free, memory.Pages.FreePageCount);
        memory.Kernel.Debug = null;
        memory.Kernel.FreePages(pages);
        Assert.AreEqual(free + 4, memory.Pages.FreePageCount);
    }

    [TestMethod]
    public void AnAllocationThatACheckStops_GivesItsBlockBack()
    {
        using var memory = new TestMemory();
        var total = memory.Pages.FreePageCount;
        var pages = memory.Kernel.AllocPages(3, Gfp.Atomic);
        memory.Kernel.FreePages(pages);
        using var checks = Checks(memory, new Sink { Throws = true });
        checks.OnDomainMapped(pages.First.Start, PageSize.CpuBytes);

        Assert.ThrowsExactly<NotSupportedException>(() => memory.Kernel.AllocPages(3, Gfp.Atomic));

        Assert.AreEqual(total, memory.Pages.FreePageCount);
    }

    [TestMethod]
    public void Vfree_TellsOfEachOfItsPages()
    {
        using var memory = new TestMemory();
        var sink = new Sink();
        using var checks = Checks(memory, sink);
        var buffer = memory.Vmalloc(3 * 4096);
        var pages = new List<PhysAddr>();
        for (var offset = 0UL; offset < buffer.LengthBytes; offset += 4096)
        {
            Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address + offset, out var page));
            checks.OnDomainMapped(page, PageSize.CpuBytes);
            pages.Add(page);
        }

        memory.Vfree(buffer);

        CollectionAssert.AreEqual(pages, sink.Reported.Select(violation => violation.Memory.Start).ToList());
        Assert.IsTrue(sink.Reported.All(violation => violation.Kind == DmaViolationKind.FreedWhileMapped));
    }

    [TestMethod]
    public void AVfreeThatACheckStops_FreesTheOtherPages()
    {
        using var memory = new TestMemory();
        using var checks = Checks(memory, new Sink { Throws = true });
        var total = memory.Pages.FreePageCount;
        var buffer = memory.Vmalloc(3 * 4096);
        Assert.IsTrue(memory.Kernel.TryTranslate(buffer.Address + 4096, out var second));
        checks.OnDomainMapped(second, PageSize.CpuBytes);

        Assert.ThrowsExactly<NotSupportedException>(() => memory.Vfree(buffer));

        Assert.AreEqual(total - 1, memory.Pages.FreePageCount);
        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(buffer.Address));
        Assert.IsTrue(memory.Kernel.TryFindAllocation(second, out var record));
        Assert.AreEqual(AllocationStatus.Allocated, record.Status);
    }

    private static DmaDebug Checks(TestMemory memory, Sink sink)
    {
        var checks = new DmaDebug(DmaCheckMode.GranuleCounts, memory.Ram.Layout.End, sink) { Memory = memory.Kernel };
        memory.Kernel.Debug = checks;
        return checks;
    }

    private sealed class Sink : IViolationSink
    {
        public bool Throws { get; init; }

        public List<DmaViolation> Reported { get; } = [];

        public void Report(in DmaViolation violation)
        {
            Reported.Add(violation);
            if (Throws)
                throw new NotSupportedException("the machine's policy stops the driver");
        }
    }
}
