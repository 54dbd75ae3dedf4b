using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class HostThreadSchedulerTests
{
    [TestMethod]
    public void TwoCpus_TasksThatPollEachOther_RunInParallel()
    {
        using var kernel = KernelScheduler.OnHostThreads(2);
        var (ping, pong) = (0, 0);

        kernel.Run(() =>
        {
            using (Preemption.Hold())
            {
                kernel.Spawn("other", kernel.Cpus[1], () =>
                {
                    using var atomic = Preemption.Hold();
                    while (Volatile.Read(ref ping) == 0)
                        Preemption.Relax();
                    Volatile.Write(ref pong, 1);
                });
                Volatile.Write(ref ping, 1);
                while (Volatile.Read(ref pong) == 0)
                    Preemption.Relax();
            }
        });

        Assert.AreEqual(1, pong);
    }

    [TestMethod]
    public void Raise_FromAForeignThread_WakesAnIdleCpu()
    {
        using var kernel = KernelScheduler.OnHostThreads(1);
        var arrived = new Completion("arrived");
        kernel.OnVector((_, _) => arrived.Complete());

        kernel.Run(() =>
        {
            for (var i = 0; i < 200; i++)
            {
                ThreadPool.QueueUserWorkItem(_ => kernel.RaiseVector(kernel.Cpus[0], Kernels.TestVector));
                arrived.Wait();
            }
        });
    }

    [TestMethod]
    public void OneCpu_TwoTasksThatNeverWait_BothProgress()
    {
        using var kernel = KernelScheduler.OnHostThreads(1);
        var other = 0;

        kernel.Run(() =>
        {
            kernel.Spawn("other", kernel.Cpus[0], () => Volatile.Write(ref other, 1));
            while (Volatile.Read(ref other) == 0)
                InterruptPoint.Poll();
        });
    }

    [TestMethod]
    public void Stress_LocksInterruptsTimersAndWaitsOnFourCpus_LoseNothing()
    {
        using var kernel = KernelScheduler.OnHostThreads(4);
        var guard = new Spinlock("guard");
        var tokens = new Completion("tokens");
        var (inTasks, inHandlers, handled) = (0, 0, 0);
        kernel.OnVector((_, _) =>
        {
            using (guard.Hold())
                inHandlers++;
            Interlocked.Increment(ref handled);
            tokens.Complete();
        });

        kernel.Run(() =>
        {
            var tasks = Enumerable.Range(0, 8).Select(number => kernel.Spawn($"t{number}", kernel.Cpus[number % 4], () =>
            {
                for (var i = 0; i < 150; i++)
                {
                    using (guard.HoldIrqSave())
                        inTasks++;
                    kernel.RaiseVector(kernel.Cpus[(number + i) % 4], (byte)(Kernels.TestVector + number));
                    tokens.WaitTimeout(TimeSpan.FromMilliseconds(1));
                }
            })).ToArray();
            foreach (var task in tasks)
                task.Join();
        });

        Assert.AreEqual(8 * 150, inTasks);
        Assert.AreEqual(handled, inHandlers);
        Assert.AreNotEqual(0, handled);
    }
}
