using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class DeviceTimelineTests
{
    [TestMethod]
    public void Immediate_Post_RunsBeforeItReturns()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var runs = 0;

        kernel.CreateTimeline(ProgressPolicy.Immediate).Post(new Work(() => runs++));

        Assert.AreEqual(1, runs);
    }

    [TestMethod]
    public void Immediate_PostFromItsOwnWork_RunsAgainAfterwardsNotInside()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Immediate);
        var (runs, depth, deepest) = (0, 0, 0);
        Work? work = null;
        work = new Work(() =>
        {
            deepest = Math.Max(deepest, ++depth);
            if (++runs < 10_000)
                timeline.Post(work!);
            depth--;
        });

        timeline.Post(work);

        Assert.AreEqual(10_000, runs);
        Assert.AreEqual(1, deepest);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void Scheduled_Post_RunsLaterOnNoCpuAndOnceForTwoPosts(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Stalled);
        var done = new Completion("done");
        var runs = 0;
        var onCpu = true;
        var work = new Work(() =>
        {
            runs++;
            onCpu = Cpu.CurrentOrNull is not null;
            done.Complete();
        });

        kernel.Run(() =>
        {
            timeline.Post(work);
            timeline.Post(work);
            timeline.Policy = ProgressPolicy.Scheduled;
            done.Wait();
        });

        Assert.AreEqual(1, runs);
        Assert.IsFalse(onCpu);
    }

    [TestMethod]
    public void Stalled_Post_IsHeldUntilRelease()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Stalled);
        var order = "";
        Work? first = null;
        first = new Work(() =>
        {
            order += "a";
            timeline.Post(first!);
        });
        timeline.Post(first);
        timeline.Post(new Work(() => order += "b"));
        Assert.AreEqual("", order);
        Assert.AreEqual(2, timeline.StalledCount);

        timeline.Release();

        Assert.AreEqual("ab", order);
        Assert.AreEqual(1, timeline.StalledCount);
    }

    [TestMethod]
    public void Stalled_ChangedToImmediate_RunsWhatWasHeld()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Stalled);
        var runs = 0;
        timeline.Post(new Work(() => runs++));

        timeline.Policy = ProgressPolicy.Immediate;

        Assert.AreEqual(1, runs);
        Assert.AreEqual(ProgressPolicy.Immediate, timeline.Policy);
    }

    [TestMethod]
    [DataRow(SchedulerKind.Host)]
    [DataRow(SchedulerKind.Deterministic)]
    public void PostAfter_TwoDelays_RunsAfterEach(SchedulerKind kind)
    {
        using var kernel = Kernels.Create(kind);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Immediate);
        var done = new Completion("done");
        var times = new List<long>();
        var work = new Work(() =>
        {
            times.Add(timeline.NowNanoseconds);
            done.Complete();
        });

        long start = 0;
        kernel.Run(() =>
        {
            start = timeline.NowNanoseconds;
            timeline.PostAfter(work, 20_000_000);
            timeline.PostAfter(work, 1_000_000);
            done.Wait();

            // In real time both moments may have passed at once; then they are one post.
            if (kind == SchedulerKind.Deterministic)
                done.Wait();
        });

        Assert.IsGreaterThanOrEqualTo(start + 1_000_000, times[0]);
        if (kind == SchedulerKind.Deterministic)
            Assert.IsGreaterThanOrEqualTo(start + 20_000_000, times[1]);
    }

    [TestMethod]
    public void PostAfter_Negative_IsRefused()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => kernel.CreateTimeline(ProgressPolicy.Immediate).PostAfter(new Work(() => { }), -1));
    }

    [TestMethod]
    public void Scheduled_WorkThrows_EndsTheRunWithTheDevicesName()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Scheduled);

        var error = Assert.ThrowsExactly<KernelOopsException>(() => kernel.Run(() =>
        {
            timeline.Post(new Work(() => throw new FormatException(), "nvme0.execute"));
            new Completion("never").Wait();
        }));

        StringAssert.Contains(error.Message, "nvme0.execute");
    }

    [TestMethod]
    public void Post_AgainAndAgain_AllocatesNothing()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var timeline = kernel.CreateTimeline(ProgressPolicy.Immediate);
        var work = new Work(() => { });
        timeline.Post(work);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++)
            timeline.Post(work);

        Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
