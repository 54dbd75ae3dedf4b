using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Kernel.Memory;

[TestClass]
public sealed class PageAllocatorThreadTests
{
    private const int Rounds = 30_000;
    private const int FreeRounds = 5_000;

    [TestMethod]
    public void TwoHostThreads_NeverHoldTheSamePage()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var before = memory.FreeBlocks(MemoryZone.Dma32);
        var holders = new int[0x2000];

        Together(thread => Churn(memory, holders, thread + 1));

        CollectionAssert.AreEqual(before, memory.FreeBlocks(MemoryZone.Dma32));
    }

    [TestMethod]
    public void APageFreedByBothThreadsAtOnce_IsFreedOnce()
    {
        using var memory = new TestMemory(32 * TestMemory.MiB);
        var total = memory.Pages.FreePageCount;
        var arrivals = 0;
        var page = default(Pfn);
        var refusals = 0;

        Together(thread =>
        {
            for (var round = 0; round < FreeRounds; round++)
            {
                if (thread == 0)
                    Assert.IsTrue(memory.Pages.TryAllocPages(round % 2, Gfp.Atomic, default, out page));
                Meet(ref arrivals, (4 * round) + 2);
                try
                {
                    memory.Pages.FreePages(page, round % 2, default);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refusals);
                }

                Meet(ref arrivals, (4 * round) + 4);
            }
        });

        Assert.AreEqual(FreeRounds, refusals);
        Assert.AreEqual(total, memory.Pages.FreePageCount);
    }

    // Spinning lets both threads go within nanoseconds of each other, which a blocking barrier does not.
    private static void Meet(ref int arrivals, int expected)
    {
        Interlocked.Increment(ref arrivals);
        for (var spins = 1; Volatile.Read(ref arrivals) < expected; spins++)
        {
            if (spins % 2_000 == 0)
                Thread.Yield();
        }
    }

    private static void Churn(TestMemory memory, int[] holders, int thread)
    {
        var random = new Random(thread);
        var mine = new Queue<(Pfn First, int Order)>();
        for (var round = 0; round < Rounds; round++)
        {
            var order = random.Next(8) == 0 ? random.Next(4) : 0;
            if (memory.Pages.TryAllocPages(order, Gfp.Atomic, default, out var first))
            {
                Mark(holders, first, order, 0, thread);
                mine.Enqueue((first, order));
            }

            if (mine.Count > random.Next(400))
                Release(memory, holders, mine.Dequeue(), thread);
        }

        while (mine.TryDequeue(out var block))
            Release(memory, holders, block, thread);
    }

    private static void Release(TestMemory memory, int[] holders, (Pfn First, int Order) block, int thread)
    {
        Mark(holders, block.First, block.Order, thread, 0);
        memory.Pages.FreePages(block.First, block.Order, default);
    }

    private static void Mark(int[] holders, Pfn first, int order, int from, int to)
    {
        for (var page = first.Value; page < first.Value + (1UL << order); page++)
            Assert.AreEqual(from, Interlocked.Exchange(ref holders[page], to), $"frame {page:x} has two holders");
    }

    private static void Together(Action<int> body)
    {
        var failures = new Exception?[2];
        var threads = Enumerable.Range(0, 2).Select(index => new Thread(() =>
        {
            try
            {
                body(index);
            }
            catch (Exception exception)
            {
                failures[index] = exception;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.IsTrue(failures.All(failure => failure is null), string.Join("\n", failures.Select(failure => failure?.ToString())));
    }
}
