using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class MightSleepTests
{
    private readonly KernelScheduler _kernel = KernelScheduler.Deterministic(1, seed: 1);
    private readonly RecordingObserver _observer = new();
    private readonly Spinlock _lock = new("queue");

    public MightSleepTests() => _kernel.Observer = _observer;

    [TestCleanup]
    public void Cleanup() => _kernel.Dispose();

    [TestMethod]
    public void Check_PreemptibleTask_ReportsNothing()
    {
        _kernel.Run(() => MightSleep.Check("nothing", "", 0));

        Assert.IsEmpty(_observer.Sleeps);
    }

    [TestMethod]
    public void Check_InEachAtomicContext_ReportsThatContext()
    {
        var timer = new KernelTimer(_kernel, "t", () => MightSleep.Check("softirq", "", 0));
        _kernel.OnVector((_, _) => MightSleep.Check("hardirq", "", 0));

        _kernel.Run(() =>
        {
            using (_lock.Hold())
                MightSleep.Check("spinlock", "", 0);
            using (Preemption.Hold())
                MightSleep.Check("preempt", "", 0);
            using (LocalIrq.Hold())
                MightSleep.Check("irqs", "", 0);
            BottomHalves.Disable();
            MightSleep.Check("bh", "", 0);
            BottomHalves.Enable();
            _kernel.RaiseHere();
            timer.Arm(TimeSpan.FromMicroseconds(1));
            _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
        });

        var found = string.Join('\n', _observer.Sleeps.Select(sleep => $"{sleep.What} {sleep.Context} preempt {sleep.PreemptCount} irqs {sleep.IrqsDisabled}"));
        Assert.AreEqual(
            """
            spinlock Task preempt 1 irqs False
            preempt Task preempt 1 irqs False
            irqs Task preempt 0 irqs True
            bh Task preempt 0 irqs False
            hardirq Hardirq preempt 0 irqs True
            softirq Softirq preempt 0 irqs False
            """.ReplaceLineEndings("\n"),
            found);
    }

    [TestMethod]
    public void Check_EveryMemberThatMaySleep_ReportsItsKindAlsoWhenItWouldNotSleep()
    {
        var key = new StaticKey("feature");
        var mutex = new KernelMutex("state");
        var done = new Completion("done");
        var queue = new WaitQueue("q");
        var work = new Workqueue(_kernel, "events");
        var item = new WorkItem("item", () => { });
        var irqs = new IrqController(_kernel);
        done.CompleteAll();
        IrqNumber irq = default;
        (Action Call, SleepingCallKind Kind)[] calls =
        [
            (() => key.Enable(), SleepingCallKind.StaticKeySwitch),
            (() => key.Disable(), SleepingCallKind.StaticKeySwitch),
            (() => key.Increment(), SleepingCallKind.StaticKeySwitch),
            (() => key.Decrement(), SleepingCallKind.StaticKeySwitch),
            (() => mutex.Lock(), SleepingCallKind.Mutex),
            (() => done.Wait(), SleepingCallKind.Wait),
            (() => done.WaitTimeout(TimeSpan.Zero), SleepingCallKind.Wait),
            (() => queue.Wait(() => true), SleepingCallKind.Wait),
            (() => queue.WaitTimeout(() => true, TimeSpan.Zero), SleepingCallKind.Wait),
            (() => work.CancelSync(item), SleepingCallKind.Wait),
            (() => irqs.SynchronizeIrq(irq), SleepingCallKind.Wait),
            (() => irqs.RequestIrq(irq, "nic", _ => IrqReturn.Handled, out _), SleepingCallKind.Other),
        ];

        _kernel.Run(() =>
        {
            irq = irqs.AllocateIrq(_kernel.Cpus[0]);
            foreach (var (call, kind) in calls)
            {
                _observer.Sleeps.Clear();
                using (_lock.Hold())
                    call();
                Assert.AreEqual(kind, _observer.Sleeps[0].Kind, _observer.Sleeps[0].What);
                Assert.AreEqual("MightSleepTests.cs", Path.GetFileName(_observer.Sleeps[0].File), _observer.Sleeps[0].What);
            }

            mutex.Unlock();
        });
    }

    [TestMethod]
    public void Report_UnderTwoLocks_NamesThemTheTaskAndBothPlaces()
    {
        var outer = new Spinlock("outer");
        _kernel.Run(() =>
        {
            using (outer.Hold("Driver.cs", 10))
            using (_lock.HoldIrqSave("Driver.cs", 20))
                new StaticKey("sva").Enable("Driver.cs", 30);
        });

        var sleep = _observer.Sleeps.Single();
        Assert.AreEqual("StaticKey.Enable('sva')", sleep.What);
        Assert.AreEqual("init", sleep.TaskName);
        Assert.AreEqual(0, sleep.CpuIndex);
        Assert.AreEqual(2, sleep.PreemptCount);
        Assert.IsTrue(sleep.IrqsDisabled);
        Assert.AreEqual(("Driver.cs", 10), (sleep.AtomicSinceFile, sleep.AtomicSinceLine));
        Assert.AreEqual(("Driver.cs", 30), (sleep.File, sleep.Line));
        CollectionAssert.AreEqual(new[] { new HeldLock("outer", "Driver.cs", 10), new HeldLock("queue", "Driver.cs", 20) }, sleep.HeldLocks.ToArray());
    }

    [TestMethod]
    public void Block_ReallyNeededInAtomicContext_ThrowsSchedulingWhileAtomic()
    {
        _kernel.Observer = null;
        var never = new Completion("never");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _kernel.Run(() =>
        {
            using (_lock.Hold("Driver.cs", 7))
                never.Wait();
        }));

        StringAssert.Contains(error.Message, "Scheduling while atomic: task 'init' on CPU 0 has to wait for completion 'never' in Task context");
        StringAssert.Contains(error.Message, "'queue' taken at Driver.cs:7");
    }

    [TestMethod]
    public void Handler_InterruptsTheIdleTask_IsNamedWithIt()
    {
        _kernel.OnVector((_, _) => new StaticKey("k").Enable());
        _kernel.Run(() =>
        {
            _kernel.RaiseHere();
            _kernel.Clock.Sleep(TimeSpan.FromMicroseconds(1));
        });

        Assert.AreEqual(KernelContexts.Hardirq, _observer.Sleeps.Single().Context);
    }
}
