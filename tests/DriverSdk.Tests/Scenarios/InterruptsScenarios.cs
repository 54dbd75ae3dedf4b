using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class InterruptsScenarios
{
    private const int Commands = 8;

    [TestMethod]
    public void ACommandCompletesByInterrupt_UnderEveryPolicyAndTwentySeeds()
    {
        foreach (var policy in new[] { ProgressPolicy.Immediate, ProgressPolicy.Scheduled })
        {
            using var host = KernelScheduler.OnHostThreads(2);
            Assert.AreEqual(Commands, CompleteCommands(host, policy));
            for (var seed = 0; seed < 20; seed++)
            {
                using var kernel = KernelScheduler.Deterministic(2, seed);
                Assert.AreEqual(Commands, CompleteCommands(kernel, policy), $"seed {seed}");
            }
        }
    }

    [TestMethod]
    public void AStalledDeviceMakesTheCommandTimeOut_AndAReleasedOneCompletesLate()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 4);
        var irqs = new IrqController(kernel);
        var device = kernel.CreateTimeline(ProgressPolicy.Stalled);
        var done = new Completion("command");

        kernel.Run(() =>
        {
            var irq = irqs.AllocateIrq(kernel.Cpus[0]);
            irqs.RequestIrq(irq, "disk", _ =>
            {
                done.Complete();
                return IrqReturn.Handled;
            }, out _);
            device.Post(new Work(() => irqs.RaiseIrq(irq)));
            Assert.IsFalse(done.WaitTimeout(TimeSpan.FromSeconds(30)));
            device.Release();
            Assert.IsTrue(done.WaitTimeout(TimeSpan.FromSeconds(30)));
        });
    }

    [TestMethod]
    public void AHandlerDefersToAWorkItemThatSleeps_AndRemoveWaitsForBoth()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var irqs = new IrqController(kernel);
            var (queued, finished, removed) = (0, 0, false);
            kernel.Run(() =>
            {
                var queue = new Workqueue(kernel, "disk");
                var work = new WorkItem("reap", () =>
                {
                    kernel.Clock.Sleep(TimeSpan.FromMicroseconds(3));
                    Assert.IsFalse(removed);
                    finished++;
                });
                var irq = irqs.AllocateIrq(kernel.Cpus[1]);
                irqs.RequestIrq(irq, "disk", _ =>
                {
                    queued += queue.Queue(work) ? 1 : 0;
                    return IrqReturn.Handled;
                }, out var registration);
                for (var i = 0; i < 5; i++)
                {
                    irqs.RaiseIrq(irq);
                    InterruptPoint.Poll();
                }

                irqs.FreeIrq(registration!);
                queue.Flush();
                removed = true;
                Assert.AreEqual(queued, finished, $"seed {seed}");
                queue.Destroy();
            });
        }
    }

    private static int CompleteCommands(KernelScheduler kernel, ProgressPolicy policy)
    {
        var irqs = new IrqController(kernel);
        var device = kernel.CreateTimeline(policy);
        var guard = new Spinlock("queue");
        var (submitted, completed) = (0, 0);
        kernel.Run(() =>
        {
            var done = new Completion("command");
            var irq = irqs.AllocateIrq(kernel.Cpus[1]);
            irqs.RequestIrq(irq, "disk", _ =>
            {
                using (guard.Hold())
                    completed = submitted;
                done.Complete();
                return IrqReturn.Handled;
            }, out var registration);
            var work = new Work(() => irqs.RaiseIrq(irq));
            for (var i = 0; i < Commands; i++)
            {
                using (guard.HoldIrqSave())
                    submitted++;
                device.Post(work);
                Assert.IsTrue(done.WaitTimeout(TimeSpan.FromSeconds(30)));
            }

            irqs.FreeIrq(registration!);
        });
        return completed;
    }
}
