using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Deferred;

[TestClass]
public sealed class WorkqueueTests
{
    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Flush_SeveralItems_HaveRunInOrderInTaskContext(SchedulerKind kind) => InKernel(kind, (kernel, queue) =>
    {
        var order = "";
        foreach (var name in "abcd")
        {
            Assert.IsTrue(queue.Queue(new WorkItem(name.ToString(), () =>
            {
                Assert.AreEqual(KernelContexts.Task, Cpu.Current.Context);
                Assert.AreEqual("events", KernelTask.Current.Name);
                kernel.Clock.Sleep(TimeSpan.FromMicroseconds(10));
                order += name;
            })));
        }

        queue.Flush();
        Assert.AreEqual("abcd", order);
    });

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Queue_PendingItem_SaysNoAndRunsOnce(SchedulerKind kind) => InKernel(kind, (_, queue) =>
    {
        var (gate, runs) = (new Completion("gate"), 0);
        queue.Queue(new WorkItem("blocker", () => gate.Wait()));
        var item = new WorkItem("item", () => runs++);
        Assert.IsTrue(queue.Queue(item));
        Assert.IsFalse(queue.Queue(item));
        Assert.IsTrue(item.IsPending);
        gate.Complete();
        queue.Flush();
        Assert.AreEqual(1, runs);
    });

    [TestMethod]
    public void Queue_FromItsOwnHandler_RunsAgain() => InKernel(SchedulerKind.Deterministic, (_, queue) =>
    {
        var (runs, done) = (0, new Completion("done"));
        WorkItem? item = null;
        item = new WorkItem("again", () =>
        {
            if (++runs < 3)
                queue.Queue(item!);
            else
                done.Complete();
        });
        queue.Queue(item);
        done.Wait();
        Assert.AreEqual(3, runs);
    });

    [TestMethod]
    public void QueueDelayed_RunsAfterTheDelayAndNotBefore() => InKernel(SchedulerKind.Deterministic, (kernel, queue) =>
    {
        var (when, done) = (0L, new Completion("done"));
        var item = new WorkItem("later", () =>
        {
            when = kernel.Clock.NowNanoseconds;
            done.Complete();
        });
        var before = kernel.Clock.NowNanoseconds;
        Assert.IsTrue(queue.QueueDelayed(item, TimeSpan.FromSeconds(5)));
        Assert.IsFalse(queue.Queue(item));
        done.Wait();
        Assert.AreEqual(5_000_000_000L, when - before);
    });

    [TestMethod]
    public void CancelSync_DelayedQueuedAndRunning_LeavesNothingRunning() => InKernel(SchedulerKind.Deterministic, (kernel, queue) =>
    {
        var (started, inside, runs) = (new Completion("started"), false, 0);
        var item = new WorkItem("item", () =>
        {
            runs++;
            inside = true;
            started.Complete();
            kernel.Clock.Sleep(TimeSpan.FromSeconds(1));
            inside = false;
        });
        queue.QueueDelayed(item, TimeSpan.FromHours(1));
        Assert.IsTrue(queue.CancelSync(item));
        queue.Queue(item);
        started.Wait();
        Assert.IsFalse(queue.CancelSync(item));
        Assert.IsFalse(inside);
        queue.Queue(new WorkItem("blocker", () => kernel.Clock.Sleep(TimeSpan.FromSeconds(1))));
        queue.Queue(item);
        Assert.IsTrue(queue.CancelSync(item));
        queue.Flush();
        Assert.AreEqual(1, runs);
    });

    [TestMethod]
    public void Flush_FromItsOwnWork_IsRefused() => InKernel(SchedulerKind.Deterministic, (_, queue) =>
    {
        InvalidOperationException? error = null;
        queue.Queue(new WorkItem("w", () => error = Assert.ThrowsExactly<InvalidOperationException>(() => queue.Flush())));
        queue.Flush();
        StringAssert.Contains(error!.Message, "would wait for itself");
    });

    [TestMethod]
    public void Queue_OnASecondQueue_IsRefused() => InKernel(SchedulerKind.Deterministic, (kernel, queue) =>
    {
        var item = new WorkItem("item", () => { });
        queue.Queue(item);
        Assert.ThrowsExactly<ArgumentException>(() => new Workqueue(kernel, "other").Queue(item));
    });

    [TestMethod]
    public void Destroy_RunsWhatIsQueuedAndThenRefuses() => InKernel(SchedulerKind.Deterministic, (kernel, _) =>
    {
        var runs = 0;
        var queue = new Workqueue(kernel, "short");
        var item = new WorkItem("item", () => runs++);
        queue.Queue(item);
        queue.Destroy();
        Assert.AreEqual(1, runs);
        Assert.ThrowsExactly<InvalidOperationException>(() => queue.Queue(item));
    });

    [TestMethod]
    public void Handler_Throws_IsAnOopsWithTheItemsNameAndTheQueueLivesOn()
    {
        var ran = false;
        var error = Assert.ThrowsExactly<KernelOopsException>(() => InKernel(SchedulerKind.Deterministic, (_, queue) =>
        {
            queue.Queue(new WorkItem("bad", () => throw new FormatException()));
            queue.Queue(new WorkItem("good", () => ran = true));
            queue.Flush();
        }));

        StringAssert.Contains(error.Message, "work 'bad' of work queue 'events'");
        Assert.IsTrue(ran);
    }

    private static void InKernel(SchedulerKind kind, Action<KernelScheduler, Workqueue> body)
    {
        using var kernel = Kernels.Create(kind);
        kernel.Run(() => body(kernel, new Workqueue(kernel, "events", kernel.Cpus[1])));
    }
}
