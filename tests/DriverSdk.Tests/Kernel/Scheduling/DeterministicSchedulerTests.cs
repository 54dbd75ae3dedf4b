using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class DeterministicSchedulerTests
{
    [TestMethod]
    public void Schedule_SameSeed_IsTheSame()
    {
        CollectionAssert.AreEqual(TraceOf(seed: 7), TraceOf(seed: 7));
    }

    [TestMethod]
    public void Schedule_OtherSeeds_Differ()
    {
        var traces = Enumerable.Range(0, 8).Select(seed => string.Join('\n', TraceOf(seed))).Distinct().Count();

        Assert.IsGreaterThan(5, traces);
    }

    [TestMethod]
    public void Time_NothingRunnable_JumpsToTheNextEvent()
    {
        using var kernel = KernelScheduler.Deterministic(2, seed: 1);

        kernel.Run(() =>
        {
            var before = kernel.Clock.NowNanoseconds;
            kernel.Clock.Sleep(TimeSpan.FromHours(3));
            Assert.AreEqual(TimeSpan.FromHours(3), TimeSpan.FromTicks((kernel.Clock.NowNanoseconds - before) / 100));
        });
    }

    [TestMethod]
    public void Time_ATaskPollsTheClockWithoutEnd_MovesAllTheSame()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);

        kernel.Run(() =>
        {
            var deadline = kernel.Clock.NowNanoseconds + 10_000_000;
            while (kernel.Clock.NowNanoseconds < deadline)
                InterruptPoint.Poll();
        });

        Assert.IsGreaterThanOrEqualTo(10_000_000L, kernel.Clock.NowNanoseconds);
    }

    [TestMethod]
    public void Deadlock_EveryTaskWaits_NamesEachTaskAndWhatItWaitsFor()
    {
        using var kernel = KernelScheduler.Deterministic(2, seed: 3);
        var mutex = new KernelMutex("state");
        var reply = new Completion("reply");

        var error = Assert.ThrowsExactly<KernelDeadlockException>(() => kernel.Run(() =>
        {
            using (mutex.Hold())
            {
                kernel.Spawn("helper", kernel.Cpus[1], () =>
                {
                    mutex.Lock();
                    reply.Complete();
                });
                reply.Wait();
            }
        }));

        StringAssert.Contains(error.Message, "task 'init' on CPU 0 waits for completion 'reply'");
        StringAssert.Contains(error.Message, "task 'helper' on CPU 1 waits for mutex 'state' held by task 'init'");
    }

    [TestMethod]
    public void Deadlock_TwoSpinlocksTakenInOppositeOrder_IsFoundByOneOfTwentySeeds()
    {
        var messages = new List<string>();
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var (a, b) = (new Spinlock("a"), new Spinlock("b"));
            try
            {
                kernel.Run(() =>
                {
                    var other = kernel.Spawn("other", kernel.Cpus[1], () => TakeBoth(b, a));
                    TakeBoth(a, b);
                    other.Join();
                });
            }
            catch (KernelDeadlockException deadlock)
            {
                messages.Add(deadlock.Message);
            }
        }

        Assert.AreNotEqual(0, messages.Count);
        StringAssert.Contains(messages[0], "task 'init' on CPU 0 spins on spinlock 'b' held by CPU 1 since DeterministicSchedulerTests.cs:");
        StringAssert.Contains(messages[0], "task 'other' on CPU 1 spins on spinlock 'a' held by CPU 0");
    }

    [TestMethod]
    public void Race_ReadThenWriteWithoutALock_IsFoundByOneOfTwentySeeds()
    {
        var lost = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var counter = 0;
            kernel.Run(() =>
            {
                var other = kernel.Spawn("other", kernel.Cpus[1], () => AddThrice(ref counter));
                AddThrice(ref counter);
                other.Join();
            });
            lost += counter < 6 ? 1 : 0;
        }

        Assert.IsInRange(1, 20, lost);

        static void AddThrice(ref int counter)
        {
            for (var i = 0; i < 3; i++)
            {
                var read = counter;
                InterruptPoint.Poll();
                counter = read + 1;
            }
        }
    }

    [TestMethod]
    public void HostThreads_WhileOneRuns_NoOtherDoes()
    {
        using var kernel = KernelScheduler.Deterministic(4, seed: 5);
        var inside = 0;
        var overlaps = 0;

        kernel.Run(() =>
        {
            var tasks = kernel.Cpus.Select(cpu => kernel.Spawn($"t{cpu.Index}", cpu, () =>
            {
                for (var i = 0; i < 100; i++)
                {
                    if (Interlocked.Increment(ref inside) != 1)
                        overlaps++;
                    Interlocked.Decrement(ref inside);
                    InterruptPoint.Poll();
                }
            })).ToArray();
            foreach (var task in tasks)
                task.Join();
        });

        Assert.AreEqual(0, overlaps);
    }

    [TestMethod]
    public void Programs_TwoHundredRandomOnes_FinishWithoutALostWakeUp()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            try
            {
                new RandomProgram(seed).Run();
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}: {exception}");
            }
        }
    }

    private static void TakeBoth(Spinlock outer, Spinlock inner)
    {
        using (outer.Hold())
        {
            InterruptPoint.Poll();
            using (inner.Hold())
            {
            }
        }
    }

    private static List<string> TraceOf(int seed)
    {
        using var kernel = KernelScheduler.Deterministic(3, seed);
        var trace = ((DeterministicScheduler)kernel.Seam).Trace = [];
        var guard = new Spinlock("guard");
        var timeline = kernel.CreateTimeline(ProgressPolicy.Scheduled);
        var work = new Work(() => kernel.RaiseVector(kernel.Cpus[2], Kernels.TestVector), "raise");
        kernel.Run(() =>
        {
            var tasks = kernel.Cpus.Select(cpu => kernel.Spawn($"t{cpu.Index}", cpu, () =>
            {
                for (var i = 0; i < 10; i++)
                {
                    using (guard.HoldIrqSave())
                        timeline.Post(work);
                    kernel.Clock.Sleep(TimeSpan.FromMicroseconds(i));
                }
            })).ToArray();
            foreach (var task in tasks)
                task.Join();
        });
        return trace;
    }
}
