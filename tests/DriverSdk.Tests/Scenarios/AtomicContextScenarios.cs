using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Calls that may sleep, made where nothing may: reported with the full text, on a machine on which each of them happens to go well.</summary>
[TestClass]
public sealed class AtomicContextScenarios
{
    private const string Sva = "/home/me/Sva.cs";

    [TestMethod]
    public void AStaticKeySwitchedUnderASpinlock_IsReportedWithTheLock_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        var (key, mms) = (new StaticKey("iommu_sva_present"), new Spinlock("mms"));
        machine.Run(() =>
        {
            using (mms.HoldIrqSave(Sva, 80))
                key.Enable(Sva, 82);
        });
        Assert.IsTrue(key.IsEnabled, "the lucky run switched it");
        Assert.AreEqual(
            """
            DRV4001 task 'init' switches a static key in atomic context: StaticKey.Enable('iommu_sva_present')
                    Task context on CPU 0  preempt count 1  interrupts off  holds 'mms' taken at Sva.cs:80
                    called at Sva.cs:82  became atomic at Sva.cs:80
                    rule: analyzers/rules/DRV4001.md
            """, machine.ShouldReport("DRV4001").Once().Violation.ToString());
    });

    [TestMethod]
    public void AnUncontendedMutexUnderASpinlock_IsReported_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        var (mutex, mms) = (new KernelMutex("state"), new Spinlock("mms"));
        machine.Run(() =>
        {
            using (mms.Hold(Sva, 90))
            {
                mutex.Lock(Sva, 91);
                mutex.Unlock();
            }
        });
        Assert.AreEqual(
            """
            DRV4002 task 'init' makes a call that may sleep in atomic context: KernelMutex.Lock('state')
                    Task context on CPU 0  preempt count 1  interrupts on  holds 'mms' taken at Sva.cs:90
                    called at Sva.cs:91  became atomic at Sva.cs:90
                    rule: analyzers/rules/DRV4002.md
            """, machine.ShouldReport("DRV4002").Once().Violation.ToString());
    });

    [TestMethod]
    public void AKeySwitchedInAnInterruptHandler_IsReportedInHardirqContext_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        var key = new StaticKey("iommu_sva_present");
        InInterrupt(machine, () => key.Enable(Sva, 100));
        // Whom the interrupt met, the waiting task or the idle one, is the schedule's choice.
        var text = machine.ShouldReport("DRV4001").Once().Violation.ToString().Replace("'idle/0'", "'init'");
        Assert.AreEqual(
            """
            DRV4001 task 'init' switches a static key in atomic context: StaticKey.Enable('iommu_sva_present')
                    Hardirq context on CPU 0  preempt count 0  interrupts off
                    called at Sva.cs:100
                    rule: analyzers/rules/DRV4001.md
            """, text);
    });

    [TestMethod]
    public void AWaitForWhatIsDoneAlready_IsReportedInAnInterruptHandler()
    {
        using var machine = TestMachine.Deterministic(5);
        var done = new Completion("command");
        done.Complete();
        InInterrupt(machine, () => done.Wait(Sva, 110));
        var report = machine.ShouldReport("DRV4002").Once().Violation;
        StringAssert.Contains(report.ToString(), "Completion.Wait('command')");
        StringAssert.Contains(report.ToString(), "Hardirq context on CPU 0");
        StringAssert.Contains(report.ToString(), "called at Sva.cs:110");
    }

    [TestMethod]
    public void AKeySwitchedInATimersHandler_IsReportedInSoftirqContext_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        var key = new StaticKey("iommu_sva_present");
        var fired = new Completion("timer");
        machine.Run(() =>
        {
            var timer = new KernelTimer(machine.Kernel.Scheduler, "poll", () =>
            {
                key.Enable(Sva, 120);
                fired.Complete();
            });
            timer.Arm(TimeSpan.FromMilliseconds(1));
            Assert.IsTrue(fired.WaitTimeout(TimeSpan.FromSeconds(30)));
        });
        var report = machine.ShouldReport("DRV4001").Once().Violation;
        StringAssert.Contains(report.ToString(), "Softirq context on CPU ");
        StringAssert.Contains(report.ToString(), "called at Sva.cs:120");
    });

    [TestMethod]
    public void TheSameCallsInTheThreadOfAnInterrupt_AreNotReported_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        var (key, mutex, done) = (new StaticKey("iommu_sva_present"), new KernelMutex("state"), new Completion("thread"));
        machine.Run(() =>
        {
            Assert.AreEqual(DriverSdk.Kernel.Errno.Success, machine.Device.AllocIrqVectors(1, 1));
            machine.Kernel.Interrupts.RequestThreadedIrq(machine.Device.IrqVector(0), "probe", null, _ =>
            {
                using (mutex.Hold())
                    key.Enable();
                done.Complete();
                return IrqReturn.Handled;
            }, out var handler);
            machine.Probe.Interrupts();
            Assert.IsTrue(done.WaitTimeout(TimeSpan.FromSeconds(30)));
            machine.Kernel.Interrupts.FreeIrq(handler!);
            machine.Device.FreeIrqVectors();
        });
        Assert.IsTrue(key.IsEnabled);
        machine.ShouldReportNothing();
    });

    /// <summary>Has the probe interrupt and runs <paramref name="body"/> in the handler.</summary>
    private static void InInterrupt(TestMachine machine, Action body)
    {
        var handled = new Completion("handler");
        machine.Run(() =>
        {
            Assert.AreEqual(DriverSdk.Kernel.Errno.Success, machine.Device.AllocIrqVectors(1, 1));
            machine.Kernel.Interrupts.RequestIrq(machine.Device.IrqVector(0), "probe", _ =>
            {
                body();
                handled.Complete();
                return IrqReturn.Handled;
            }, out var handler);
            machine.Probe.Interrupts();
            Assert.IsTrue(handled.WaitTimeout(TimeSpan.FromSeconds(30)));
            machine.Kernel.Interrupts.FreeIrq(handler!);
            machine.Device.FreeIrqVectors();
        });
    }
}
