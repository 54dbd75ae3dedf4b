using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class KernelMemoryTaskTests
{
    [TestMethod]
    public void AllocationsThatMaySleep_AreReportedInAtomicContext_EvenWhenTheySucceed()
    {
        using var memory = new TestMemory();
        using var scheduler = KernelScheduler.Deterministic(1, seed: 1);
        var observer = new SleepRecorder();
        scheduler.Observer = observer;

        scheduler.Run(() =>
        {
            memory.Kernel.Kfree(memory.Kernel.Kmalloc(64, Gfp.Kernel));
            memory.Kernel.Vfree(memory.Kernel.Vmalloc(64));
            Assert.IsEmpty(observer.Calls);
            Preemption.Disable();
            memory.Kernel.Kfree(memory.Kernel.Kmalloc(64, Gfp.Atomic));
            Assert.IsEmpty(observer.Calls);
            memory.Kernel.Kfree(memory.Kernel.Kmalloc(64, Gfp.Kernel));
            memory.Kernel.FreePages(memory.Kernel.AllocPages(0, Gfp.Kernel | Gfp.Zero));
            memory.Kernel.Vfree(memory.Kernel.Vmalloc(64));
            Preemption.Enable();
        });

        CollectionAssert.AreEqual(new[] { "Kmalloc", "AllocPages", "Vmalloc", "Vfree" }, observer.Calls);
    }

    [TestMethod]
    public void VmallocOfNothing_IsAnError_AndVfreeOfTheNullBufferIsNot()
    {
        using var memory = new TestMemory();
        using var scheduler = KernelScheduler.Deterministic(1, seed: 1);

        scheduler.Run(() =>
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => memory.Kernel.Vmalloc(0));
            memory.Kernel.Vfree(default);
        });
    }

    [TestMethod]
    public void AllocationsThatMaySleep_NeedATask()
    {
        using var memory = new TestMemory();

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.Kmalloc(64, Gfp.Kernel));

        StringAssert.Contains(error.Message, "runs no kernel task");
    }

    [TestMethod]
    public void TheOwner_IsNamedWithItsTask()
    {
        using var memory = new TestMemory();
        using var scheduler = KernelScheduler.Deterministic(2, seed: 1);
        var pages = default(KernelPages);

        scheduler.Run(() => scheduler.Spawn("nvme0-poll", () => pages = memory.Kernel.AllocPages(1, Gfp.Kernel)).Join());

        StringAssert.Matches(
            memory.Kernel.DescribeAllocation(pages.Buffer.Address + 5000),
            new(@"^kva:0x[0-9a-f]+ lies 5000 bytes into \[phys:0x[0-9a-f]+, \+0x2000\), Pages, allocated at KernelMemoryTaskTests.cs:\d+ by task 'nvme0-poll'$"));
        memory.Kernel.FreePages(pages);
        StringAssert.Matches(memory.Kernel.DescribeAllocation(pages.Buffer.Address), new(@"freed at KernelMemoryTaskTests.cs:\d+$"));
    }

    [TestMethod]
    public void EveryTask_HasAStackOfItsOwn_GoneWithTheTask()
    {
        using var memory = new TestMemory();
        using var scheduler = KernelScheduler.Deterministic(1, seed: 1);
        scheduler.Stacks = memory.Kernel.Stacks;
        var escaped = default(KernelBuffer);

        scheduler.Run(() =>
        {
            using var mine = memory.Kernel.StackBuffer(64);
            Assert.AreEqual(MemoryRegion.Stack, memory.Kernel.RegionOf(mine.Buffer.Address));
            Assert.IsTrue(KernelTask.Current.Stack.Contains(mine.Buffer.Address));
            var init = KernelTask.Current.Stack;
            scheduler.Spawn("other", () =>
            {
                using var others = memory.Kernel.StackBuffer(64);
                Assert.IsFalse(init.Contains(others.Buffer.Address));
                escaped = others.Buffer;
            }).Join();
        });

        Assert.AreEqual(MemoryRegion.Unmapped, memory.Kernel.RegionOf(escaped.Address));
    }

    [TestMethod]
    public void ATaskWithoutAStack_CannotPutABufferOnIt()
    {
        using var memory = new TestMemory();
        using var scheduler = KernelScheduler.Deterministic(1, seed: 1);

        scheduler.Run(() => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => memory.Kernel.StackBuffer(8).Buffer.LengthBytes).Message, "'init' has no kernel stack"));
    }

    [TestMethod]
    public void APageFreedOnOneCpu_StaysOnThatCpusList()
    {
        using var memory = new TestMemory(cpuCount: 2);
        using var scheduler = KernelScheduler.Deterministic(2, seed: 1);
        KernelPages first = default, onTheSame = default, onTheOther = default;

        scheduler.Run(() =>
        {
            scheduler.Spawn("free", scheduler.Cpus[1], () => memory.Kernel.FreePages(first = memory.Kernel.AllocPages(0, Gfp.Atomic))).Join();
            onTheOther = memory.Kernel.AllocPages(0, Gfp.Atomic);
            scheduler.Spawn("take", scheduler.Cpus[1], () => onTheSame = memory.Kernel.AllocPages(0, Gfp.Atomic)).Join();
        });

        Assert.AreEqual(first.First, onTheSame.First);
        Assert.AreNotEqual(first.First, onTheOther.First);
    }

    [TestMethod]
    public void FreeBlocks_PrintAsBuddyinfo()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);

        Assert.AreEqual(
            "zone    Dma32      0      0      0      0      0      0      0      0      1      1      6\n"
            + "zone   Normal      0      0      0      0      0      0      0      0      0      0      0\n",
            memory.Kernel.DescribeFreeBlocks());
        Assert.AreEqual("nothing is mapped at kva:0x0", memory.Kernel.DescribeAllocation(default));
        StringAssert.Contains(memory.Kernel.DescribeAllocation(KernelLayout.Text.Start), "(Text) was never allocated");
    }

    private sealed class SleepRecorder : IKernelObserver
    {
        public List<string> Calls { get; } = [];

        public void SleptInAtomic(in AtomicSleep details)
        {
            Assert.AreEqual(SleepingCallKind.Allocation, details.Kind);
            Assert.AreEqual("KernelMemoryTaskTests.cs", Path.GetFileName(details.File));
            Calls.Add(details.What);
        }
    }
}
