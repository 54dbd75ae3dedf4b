using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Deferred;

[TestClass]
public sealed class KernelTimerTests
{
    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Arm_HandlerRunsInSoftirqOnTheArmingCpuAfterTheDelay(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var fired = new Completion("fired");
        var (context, cpu, when, armed) = (KernelContexts.None, -1, 0L, 0L);
        var timer = new KernelTimer(kernel, "t", () =>
        {
            (context, cpu, when) = (Cpu.Current.Context, Cpu.Current.Index, kernel.Clock.NowNanoseconds);
            fired.Complete();
        });

        kernel.Run(() =>
        {
            kernel.Spawn("armer", kernel.Cpus[1], () =>
            {
                armed = kernel.Clock.NowNanoseconds;
                Assert.IsFalse(timer.Arm(TimeSpan.FromMilliseconds(3)));
                Assert.IsTrue(timer.IsPending);
            });
            fired.Wait();
            Assert.IsFalse(timer.IsPending);
        });

        Assert.AreEqual((KernelContexts.Softirq, 1), (context, cpu));
        Assert.IsGreaterThanOrEqualTo(3_000_000L, when - armed);
    }

    [TestMethod]
    public void Arm_Again_MovesIt() => InKernel(kernel =>
    {
        var runs = 0;
        var timer = new KernelTimer(kernel, "t", () => runs++);
        timer.Arm(TimeSpan.FromSeconds(1));
        Assert.IsTrue(timer.Arm(TimeSpan.FromSeconds(10)));
        kernel.Clock.Sleep(TimeSpan.FromSeconds(9));
        Assert.AreEqual(0, runs);
        kernel.Clock.Sleep(TimeSpan.FromSeconds(2));
        Assert.AreEqual(1, runs);
    });

    [TestMethod]
    public void Cancel_Armed_DoesNotRun() => InKernel(kernel =>
    {
        var runs = 0;
        var timer = new KernelTimer(kernel, "t", () => runs++);
        timer.Arm(TimeSpan.FromSeconds(1));
        Assert.IsTrue(timer.Cancel());
        Assert.IsFalse(timer.Cancel());
        kernel.Clock.Sleep(TimeSpan.FromSeconds(9));
        Assert.AreEqual(0, runs);
    });

    [TestMethod]
    public void Handler_ArmsItself_IsPeriodicUntilCancelSync() => InKernel(kernel =>
    {
        var runs = 0;
        KernelTimer? timer = null;
        timer = new KernelTimer(kernel, "tick", () =>
        {
            runs++;
            timer!.Arm(TimeSpan.FromSeconds(1));
        });
        timer.Arm(TimeSpan.FromSeconds(1));
        kernel.Clock.Sleep(TimeSpan.FromSeconds(5.5));
        Assert.IsTrue(timer.CancelSync());
        kernel.Clock.Sleep(TimeSpan.FromSeconds(5));
        Assert.AreEqual(5, runs);
    });

    [TestMethod]
    public void CancelSync_HandlerRunsOnAnotherCpu_WaitsForItsEnd()
    {
        var waited = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var inside = false;
            var timer = new KernelTimer(kernel, "t", () =>
            {
                inside = true;
                for (var i = 0; i < 20; i++)
                    InterruptPoint.Poll();
                inside = false;
            });
            kernel.Run(() =>
            {
                kernel.Spawn("armer", kernel.Cpus[1], () => timer.Arm(TimeSpan.Zero)).Join();
                for (var i = 0; i < 10 && !inside; i++)
                    InterruptPoint.Poll();
                waited += inside ? 1 : 0;
                timer.CancelSync();
                Assert.IsFalse(inside, $"seed {seed}");
            });
        }

        Assert.AreNotEqual(0, waited, "no seed interrupted the handler");
    }

    [TestMethod]
    public void CancelSync_FromItsOwnHandlerOrAHardirq_IsRefused() => InKernel(kernel =>
    {
        var messages = new List<string>();
        KernelTimer? timer = null;
        timer = new KernelTimer(kernel, "t", () => messages.Add(Assert.ThrowsExactly<InvalidOperationException>(() => timer!.CancelSync()).Message));
        timer.Arm(TimeSpan.Zero);
        kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
        kernel.OnVector((_, _) => messages.Add(Assert.ThrowsExactly<InvalidOperationException>(() => timer.CancelSync()).Message));
        kernel.RaiseHere();
        kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));

        StringAssert.Contains(messages[0], "from its own handler");
        StringAssert.Contains(messages[1], "in hardirq context");
    });

    [TestMethod]
    public void Softirq_BottomHalvesOff_WaitsUntilTheyAreOn() => InKernel(kernel =>
    {
        var runs = 0;
        var timer = new KernelTimer(kernel, "t", () => runs++);
        timer.Arm(TimeSpan.FromMicroseconds(1));
        BottomHalves.Disable();
        kernel.Clock.Delay(TimeSpan.FromMilliseconds(1));
        InterruptPoint.Poll();
        Assert.AreEqual(0, runs);
        BottomHalves.Enable();
        Assert.AreEqual(1, runs);
    });

    [TestMethod]
    public void Softirq_AHardirqMayInterruptIt() => InKernel(kernel =>
    {
        var inside = "";
        kernel.OnVector((cpu, _) => inside = $"{cpu.Context} {cpu.SoftirqsDisabled}");
        var timer = new KernelTimer(kernel, "t", () =>
        {
            LocalIrq.Disable();
            kernel.RaiseHere();
            LocalIrq.Enable();
            Assert.AreEqual(KernelContexts.Softirq, Cpu.Current.Context);
        });
        timer.Arm(TimeSpan.Zero);
        kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
        Assert.AreEqual("Hardirq True", inside);
    });

    [TestMethod]
    public void Delay_VirtualTime_PassesExactlyAndKeepsTheCpu() => InKernel(kernel =>
    {
        var before = kernel.Clock.NowNanoseconds;
        using (Preemption.Hold())
            kernel.Clock.Delay(TimeSpan.FromMilliseconds(2));
        Assert.AreEqual(2_000_000L, kernel.Clock.NowNanoseconds - before);
        Assert.AreEqual(kernel.Clock.NowNanoseconds / 100, kernel.Clock.Now.Ticks);
    });

    private static void InKernel(Action<KernelScheduler> body)
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 5);
        kernel.Run(() => body(kernel));
    }
}
