using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class KernelSchedulerTests
{
    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Run_Body_RunsAsInitOnCpu0OfTheCallersThread(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var thread = Environment.CurrentManagedThreadId;

        kernel.Run(() =>
        {
            Assert.AreEqual("init", KernelTask.Current.Name);
            Assert.AreSame(kernel.Cpus[0], Cpu.Current);
            Assert.AreSame(Cpu.Current, KernelTask.Current.Cpu);
            Assert.AreEqual(thread, Environment.CurrentManagedThreadId);
        });

        Assert.ThrowsExactly<InvalidOperationException>(() => _ = KernelTask.Current);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Run_ExceptionInBody_PropagatesAndTheNextRunWorks(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var lockTaken = new Spinlock("left");

        Assert.ThrowsExactly<FormatException>(() => kernel.Run(() =>
        {
            using (lockTaken.HoldIrqSave())
                throw new FormatException();
        }));

        kernel.Run(() => Assert.IsFalse(Cpu.Current.IsAtomic));
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Run_InsideRun_IsRefused(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);

        kernel.Run(() => Assert.ThrowsExactly<InvalidOperationException>(() => kernel.Run(() => { })));
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Run_BodyEndsWithALockHeld_Throws(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var forgotten = new Spinlock("forgotten");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => kernel.Run(() => forgotten.Lock()));

        StringAssert.Contains(error.Message, "'forgotten' taken at KernelSchedulerTests.cs:");
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Spawn_OnEachCpu_RunsThereAndJoins(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind, cpuCount: 4);
        var seen = new int[4];

        kernel.Run(() =>
        {
            var tasks = kernel.Cpus.Select(cpu => kernel.Spawn($"t{cpu.Index}", cpu, () => seen[Cpu.Current.Index] = KernelTask.Current.Name[1] - '0' + 1)).ToArray();
            foreach (var task in tasks)
            {
                task.Join();
                Assert.IsFalse(task.IsAlive);
            }
        });

        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, seen);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Spawn_SeveralOnOneCpu_OnlyOneRunsAtATime(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var inside = 0;
        var overlaps = 0;

        kernel.Run(() =>
        {
            var tasks = Enumerable.Range(0, 4).Select(number => kernel.Spawn($"t{number}", kernel.Cpus[1], () =>
            {
                for (var turn = 0; turn < 50; turn++)
                {
                    if (Interlocked.Increment(ref inside) != 1)
                        overlaps++;
                    Interlocked.Decrement(ref inside);
                    Preemption.Yield();
                }
            })).ToArray();
            foreach (var task in tasks)
                task.Join();
        });

        Assert.AreEqual(0, overlaps);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Spawn_ExceptionInTask_IsThrownAtTheEndOfRunWithItsName(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var cameBack = false;

        var error = Assert.ThrowsExactly<KernelOopsException>(() => kernel.Run(() =>
        {
            kernel.Spawn("crasher", kernel.Cpus[1], () => throw new FormatException("bad register")).Join();
            cameBack = true;
        }));

        Assert.IsTrue(cameBack);
        Assert.AreEqual("task 'crasher' on CPU 1", error.Where);
        Assert.IsInstanceOfType<FormatException>(error.InnerException);
        kernel.Run(() => { });
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Spawn_TaskDiesBeforeItCompletesWhatInitWaitsFor_EndsTheWaitWithTheOops(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var never = new Completion("never");

        var error = Assert.ThrowsExactly<KernelOopsException>(() => kernel.Run(() =>
        {
            kernel.Spawn("crasher", kernel.Cpus[1], () => throw new FormatException());
            never.Wait();
        }));

        StringAssert.Contains(error.Message, "crasher");
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Interrupt_ForUnattendedCpu0_IsTakenByTheNextRun(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var taken = new Completion("taken");
        kernel.OnVector((_, _) => taken.Complete());

        kernel.RaiseVector(kernel.Cpus[0], Kernels.TestVector);
        Assert.IsFalse(taken.IsDone);

        kernel.Run(() => taken.Wait());
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Interrupt_ForACpuThatNeverRanATask_IsTakenThere(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind, cpuCount: 3);
        var taken = new Completion("taken");
        Cpu? cpu = null;
        kernel.OnVector((on, _) =>
        {
            cpu = on;
            taken.Complete();
        });

        kernel.Run(() =>
        {
            kernel.RaiseVector(kernel.Cpus[2], Kernels.TestVector);
            taken.Wait();
        });

        Assert.AreSame(kernel.Cpus[2], cpu);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Interrupt_WhileInitWaits_NeedsNoOtherHostThread(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind, cpuCount: 1);
        var done = new Completion("done");
        var initThread = Environment.CurrentManagedThreadId;
        var handlerThread = 0;
        var current = "";
        kernel.OnVector((_, _) =>
        {
            handlerThread = Environment.CurrentManagedThreadId;
            current = KernelTask.Current.Name;
            done.Complete();
        });
        var raise = new Work(() => kernel.RaiseVector(kernel.Cpus[0], Kernels.TestVector));
        var timeline = kernel.CreateTimeline(ProgressPolicy.Scheduled);

        kernel.Run(() =>
        {
            Preemption.Disable();
            LocalIrq.Disable();
            timeline.PostAfter(raise, 1_000_000);
            LocalIrq.Enable();
            Preemption.Enable();
            done.Wait();
        });

        Assert.AreEqual(initThread, handlerThread);
        Assert.AreEqual("idle/0", current);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Handler_ThrowsOnAnIdleCpu_EndsTheWaitOfInit(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        kernel.OnVector((_, _) => throw new FormatException("bad status"));
        var never = new Completion("never");

        var error = Assert.ThrowsExactly<KernelOopsException>(() => kernel.Run(() =>
        {
            kernel.RaiseVector(kernel.Cpus[1], Kernels.TestVector);
            never.Wait();
        }));

        StringAssert.Contains(error.Message, "idle CPU 1");
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Dispose_WithBlockedAndUnstartedTasks_UnwindsThem(SchedulerKind kind)
    {
        var kernel = Kernels.Create(kind);
        var never = new Completion("never");
        var unwound = 0;
        var blocked = new Completion("blocked");
        kernel.Run(() =>
        {
            kernel.Spawn("waiter", kernel.Cpus[1], () =>
            {
                try
                {
                    blocked.Complete();
                    never.Wait();
                }
                finally
                {
                    unwound++;
                }
            });
            blocked.Wait();
        });
        kernel.Spawn("unstarted", kernel.Cpus[0], () => unwound += 10);

        kernel.Dispose();

        Assert.AreEqual(1, unwound);
    }

    [TestMethod]
    public void Spawn_WithoutACpu_TakesTheOneWithTheFewestTasks()
    {
        using var kernel = KernelScheduler.Deterministic(3, seed: 1);
        var body = () => { };

        var cpus = Enumerable.Range(0, 4).Select(_ => kernel.Spawn("t", body).Cpu.Index).ToArray();

        CollectionAssert.AreEqual(new[] { 2, 1, 2, 1 }, cpus);
    }

    [TestMethod]
    public void Create_WithoutACpu_SaysTheRange()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => KernelScheduler.Deterministic(0, 1));

        StringAssert.Contains(error.Message, "1 to 64 CPUs");
    }
}
