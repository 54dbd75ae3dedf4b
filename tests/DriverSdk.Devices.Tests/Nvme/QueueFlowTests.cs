using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Devices.Nvme.Formats;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Heads, tails and phases: how commands flow through the rings.</summary>
[TestClass]
public sealed class QueueFlowTests
{
    [TestMethod]
    public void ManyRounds_WrapBothRings_AndFlipThePhase()
    {
        using var driver = new TestDriver();
        driver.Enable();
        var queue = driver.CreateQueue(1, 5, 3);
        for (var i = 0; i < 50; i++)
        {
            var completion = queue.Run(driver.Command(NvmOpcode.Flush));
            Assert.AreEqual((i + 1) % 5, completion.SubmissionQueueHead);
            Assert.AreEqual(((i / 3) & 1) ^ 1, completion.Phase);
        }
    }

    [TestMethod]
    public void OneDoorbellForManyCommands_CountsThemAsOutstanding()
    {
        var (driver, queue) = TestDriver.Start(entries: 64);
        using var board = driver;
        for (var i = 0; i < 32; i++)
            queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.HasCount(32, queue.TakeAll());
        Assert.AreEqual(32L, driver.Statistics.GreatestQueueDepth);
        Assert.AreEqual(32L, driver.Statistics.GreatestOutstanding);
        Assert.AreEqual(0L, driver.Statistics.Outstanding);
    }

    [TestMethod]
    public void FullCompletionQueue_StallsTheDevice_AndLosesNothing()
    {
        using var driver = new TestDriver();
        driver.Enable();
        var queue = driver.CreateQueue(1, 32, 4);
        var commands = Enumerable.Range(0, 20).Select(_ => driver.Command(NvmOpcode.Flush)).ToArray();
        foreach (var command in commands)
            queue.Put(command);
        queue.RingTail();

        var completed = new List<ushort>();
        while (completed.Count < commands.Length)
        {
            var taken = queue.TakeAll();
            Assert.HasCount(Math.Min(3, commands.Length - completed.Count), taken, "three entries fill a queue of four");
            completed.AddRange(taken.Select(completion => completion.CommandId));
        }

        CollectionAssert.AreEqual(commands.Select(command => command.CommandId).ToArray(), completed);
    }

    [TestMethod]
    public void SharedCompletionQueue_ServesBothSubmissionQueues_AlsoWhenFull()
    {
        using var driver = new TestDriver();
        driver.Enable();
        var first = driver.CreateQueue(1, 16, 4);
        var second = new TestQueue(driver.Board, 2, 16, 4) { CompletionQueueId = 1 };
        TestDriver.Succeeds(driver.CreateSubmissionQueue(2, 1, 16, second.Submissions));
        for (var i = 0; i < 6; i++)
        {
            first.Put(driver.Command(NvmOpcode.Flush));
            second.Put(driver.Command(NvmOpcode.Flush));
        }

        first.RingTail();
        second.RingTail();
        var seen = new List<NvmeCompletion>();
        while (first.TakeAll() is { Count: > 0 } taken)
            seen.AddRange(taken);
        Assert.AreEqual(6, seen.Count(completion => completion.SubmissionQueueId == 1));
        Assert.AreEqual(6, seen.Count(completion => completion.SubmissionQueueId == 2));
        Assert.AreEqual(12, seen.Select(completion => completion.CommandId).Distinct().Count());
        TestDriver.FailsWith(NvmeStatusCode.InvalidQueueDeletion, driver.RunAdmin(AdminOpcode.DeleteCompletionQueue, 1));
    }

    [TestMethod]
    public void FetchedSlots_MayBeReused_WhileTheirCommandsWait()
    {
        using var driver = new TestDriver();
        driver.Enable();
        var queue = driver.CreateQueue(1, 4, 16);
        driver.Controller.StallQueue(1);
        var commands = Enumerable.Range(0, 6).Select(_ => driver.Command(NvmOpcode.Flush)).ToArray();
        foreach (var command in commands[..3])
            queue.Put(command);
        queue.RingTail();
        TestDriver.Succeeds(driver.RunAdmin(AdminOpcode.Abort, 1u | ((uint)commands[0].CommandId << 16)));
        Assert.AreEqual(3, queue.TakeAll().Single().SubmissionQueueHead, "the head tells that all three slots are free");
        foreach (var command in commands[3..])
            queue.Put(command);
        queue.RingTail();
        driver.Controller.ResumeQueue(1);
        CollectionAssert.AreEqual(
            commands[1..].Select(command => command.CommandId).ToArray(), queue.TakeAll().Select(completion => completion.CommandId).ToArray());
    }

    [TestMethod]
    public void SameIdTwice_IsAConflict_ForTheSecond()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        var command = driver.Command(NvmOpcode.Flush);
        queue.Put(command);
        queue.Put(command);
        queue.RingTail();
        var completions = queue.TakeAll();
        TestDriver.Succeeds(completions[0]);
        TestDriver.FailsWith(NvmeStatusCode.CommandIdConflict, completions[1]);
        TestDriver.Succeeds(queue.Run(command));
    }

    [TestMethod]
    public void StalledTimeline_KeepsCommands_UntilItRuns()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.Timeline.KeepsWork = true;
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.IsFalse(queue.TryTake(out _));
        Assert.AreEqual(1, driver.Board.Timeline.Kept, "one piece of work serves both doorbells");
        Assert.AreEqual(2L, driver.Statistics.GreatestQueueDepth);
        driver.Board.Timeline.RunAll();
        Assert.HasCount(2, queue.TakeAll());
    }

    [TestMethod]
    public void WideDoorbells_WorkAtTheirStride()
    {
        var (driver, queue) = TestDriver.Start(options: new NvmeControllerOptions { DoorbellStrideBytes = 1024 });
        using var board = driver;
        TestDriver.Succeeds(queue.Run(driver.Command(NvmOpcode.Flush)));
    }

    [TestMethod]
    public void BusMasteringOff_IsFatal()
    {
        var (driver, queue) = TestDriver.Start();
        using var board = driver;
        driver.Board.WriteConfig(4, 2);
        queue.Put(driver.Command(NvmOpcode.Flush));
        queue.RingTail();
        Assert.AreEqual(TestDriver.Ready | TestDriver.Fatal, driver.Status);
    }

    [TestMethod]
    public void FourThreads_EachWithItsQueue_AllShareOneCompletionQueue()
    {
        const int Threads = 4, Rounds = 500;
        var backend = new CountingBackend(new MemoryBackend(8));
        using var driver = new TestDriver(backend);
        driver.Enable();
        var shared = driver.CreateQueue(1, 64, 64);
        var queues = new List<TestQueue> { shared };
        for (var id = 2; id <= Threads; id++)
        {
            var queue = new TestQueue(driver.Board, id, 64, 4) { CompletionQueueId = 1 };
            TestDriver.Succeeds(driver.CreateSubmissionQueue(id, 1, 64, queue.Submissions));
            queues.Add(queue);
        }

        // A queue holds at most 16 outstanding commands, because at most 16 completions of each are on their way.
        var slots = queues.Select(_ => new SemaphoreSlim(16)).ToArray();
        var writers = queues.Select((queue, index) => Task.Factory.StartNew(() => RingAll(queue, slots[index], Rounds), TaskCreationOptions.LongRunning)).ToArray();
        var seen = new int[Threads + 1];
        while (seen.Sum() < Threads * Rounds)
        {
            foreach (var completion in shared.TakeAll())
            {
                TestDriver.Succeeds(completion);
                seen[completion.SubmissionQueueId]++;
                slots[completion.SubmissionQueueId - 1].Release();
            }
        }

        Task.WaitAll(writers);
        Assert.IsTrue(seen[1..].All(count => count == Rounds));
        Assert.AreEqual(Threads * Rounds, backend.Flushes);
        Assert.AreEqual(0L, driver.Statistics.Outstanding);
    }

    [TestMethod]
    public void ManyThreads_RingOneQueue_EachCommandExecutesOnce()
    {
        const int Threads = 4, Rounds = 500;
        var backend = new CountingBackend(new MemoryBackend(8));
        var (driver, queue) = TestDriver.Start(backend, entries: 1024);
        using var board = driver;
        var submitLock = new Lock();
        var id = 0;
        var taken = 0;
        Parallel.For(0, Threads, new ParallelOptions { MaxDegreeOfParallelism = Threads }, _ =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                lock (submitLock)
                {
                    queue.Put(new NvmeCommand { CommandId = (ushort)id++, NamespaceId = 1 });
                    queue.RingTail();
                    if (round % 16 == 0)
                        taken += queue.TakeAll().Count;
                }
            }
        });
        while (taken < Threads * Rounds)
            taken += queue.TakeAll().Count;
        Assert.AreEqual(Threads * Rounds, backend.Flushes);
        Assert.AreEqual(Threads * Rounds, taken);
    }

    private static void RingAll(TestQueue queue, SemaphoreSlim slots, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            slots.Wait();
            queue.Put(new NvmeCommand { CommandId = (ushort)round, NamespaceId = 1 });
            queue.RingTail();
        }
    }
}
