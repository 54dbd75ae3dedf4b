using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class PageAllocatorTwinTests
{
    private const int Operations = 100_000;

    [TestMethod]
    public void RandomAllocationsAndFrees_AgreeWithTheSlowTwin()
    {
        var seed = Environment.TickCount;
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var before = memory.FreeBlocks(MemoryZone.Dma32);
        // 32 MiB are frames 0 to 0x1fff; firmware has the first 0x100, the kernel image 0x1000 to 0x13ff.
        var twin = new NaiveZone(0, 0x2000);
        twin.Give(0x100, 0xf00);
        twin.Give(0x1400, 0xc00);
        Assert.AreEqual((ulong)twin.FreeCount, memory.Pages.FreePageCount);

        Play(new Random(seed), memory, twin, $"seed {seed}");

        CollectionAssert.AreEqual(before, memory.FreeBlocks(MemoryZone.Dma32), $"seed {seed}: not everything merged back");
    }

    private static void Play(Random random, TestMemory memory, NaiveZone twin, string seed)
    {
        var live = new List<(Pfn First, int Order)>();
        for (var step = 0; step < Operations; step++)
        {
            // Phases of growth and of shrinking, so that memory runs both full and empty.
            var grows = random.Next(100) < ((step / 10_000) % 2 == 0 ? 60 : 40);
            if (grows || live.Count == 0)
                Allocate(random, memory, twin, live, seed);
            else
                Free(memory, twin, live, random.Next(live.Count));
        }

        Assert.AreEqual((ulong)twin.FreeCount, memory.Pages.FreePageCount, seed);
        while (live.Count > 0)
            Free(memory, twin, live, live.Count - 1);
    }

    private static void Allocate(Random random, TestMemory memory, NaiveZone twin, List<(Pfn First, int Order)> live, string seed)
    {
        var order = random.Next(4) == 0 ? random.Next(PageAllocator.MaxOrder + 1) : 0;
        if (memory.Pages.TryAllocPages(order, Gfp.Atomic, memory.Here(), out var first))
        {
            twin.Take(first.Value, 1UL << order);
            live.Add((first, order));
        }
        else
        {
            Assert.IsFalse(twin.CanTake(1UL << order), $"{seed}: order {order} was refused although there is a block");
        }
    }

    private static void Free(TestMemory memory, NaiveZone twin, List<(Pfn First, int Order)> live, int index)
    {
        var (first, order) = live[index];
        live[index] = live[^1];
        live.RemoveAt(live.Count - 1);
        memory.Pages.FreePages(first, order, memory.Here());
        twin.Give(first.Value, 1UL << order);
    }
}
