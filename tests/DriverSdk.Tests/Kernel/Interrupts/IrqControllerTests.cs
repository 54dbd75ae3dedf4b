using DriverSdk.Kernel;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Interrupts;

[TestClass]
public sealed class IrqControllerTests
{
    private readonly KernelScheduler _kernel = KernelScheduler.Deterministic(2, seed: 2);
    private readonly IrqController _irqs;

    public IrqControllerTests() => _irqs = new IrqController(_kernel);

    [TestCleanup]
    public void Cleanup() => _kernel.Dispose();

    [TestMethod]
    public void TryAllocateIrqs_GivesVectorsPerCpuWithinTheRangeUntilTheyEnd()
    {
        var targets = new HashSet<InterruptTarget>();
        while (_irqs.TryAllocateIrqs(_kernel.Cpus[0], 1, out var irq))
            Assert.IsTrue(targets.Add(_irqs.TargetOf(irq)));

        Assert.HasCount(0xef - 0x30 + 1, targets);
        Assert.IsTrue(targets.All(target => target is { ApicId: 0, Vector: >= 0x30 and <= 0xef }));
        Assert.AreEqual(new InterruptTarget(1, 0x30), _irqs.TargetOf(_irqs.AllocateIrq(_kernel.Cpus[1])));
    }

    [TestMethod]
    public void TryAllocateIrqs_Several_AreConsecutiveAndAligned()
    {
        _irqs.AllocateIrq(_kernel.Cpus[0]);
        Assert.IsTrue(_irqs.TryAllocateIrqs(_kernel.Cpus[0], 5, out var first));

        for (var i = 0; i < 5; i++)
            Assert.AreEqual(new InterruptTarget(0, (byte)(0x38 + i)), _irqs.TargetOf(new IrqNumber(first.Value + i)));
        _irqs.ReleaseIrqs(first, 5);
        Assert.ThrowsExactly<ArgumentException>(() => _irqs.TargetOf(first));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _irqs.TryAllocateIrqs(_kernel.Cpus[0], 33, out _));
    }

    [TestMethod]
    public void Raise_WithAHandler_CallsItInHardirqOnItsCpuAndCounts() => _kernel.Run(() =>
    {
        var done = new Completion("done");
        var irq = _irqs.AllocateIrq(_kernel.Cpus[1]);
        Assert.AreEqual(Errno.Success, _irqs.RequestIrq(irq, "nic0", number =>
        {
            Assert.AreEqual(irq, number);
            Assert.AreEqual((KernelContexts.Hardirq, 1), (Cpu.Current.Context, Cpu.Current.Index));
            done.Complete();
            return IrqReturn.Handled;
        }, out var registration));

        _irqs.RaiseIrq(irq);
        done.Wait();

        Assert.AreEqual(new IrqStatistics(irq, 1, 0x30, 1, 0, "nic0"), _irqs.Statistics.Single());
        Assert.AreEqual("   1:          1  CPU 1 vector 0x30  nic0", _irqs.Statistics.Single().ToString());
        _irqs.FreeIrq(registration!);
        Assert.ThrowsExactly<InvalidOperationException>(() => _irqs.FreeIrq(registration!));
    });

    [TestMethod]
    public void Raise_UnknownVectorCpuOrExceptionVector_IsCountedAndHarmless() => _kernel.Run(() =>
    {
        _irqs.Raise(0, 0x99);
        _irqs.Raise(77, 0x40);
        _irqs.Raise(0, 3);
        _kernel.Clock.Sleep(TimeSpan.FromMicroseconds(1));

        Assert.AreEqual((1L, 2L), (_irqs.SpuriousCount, _irqs.DroppedCount));
    });

    [TestMethod]
    public void Request_TakenOrUnknownIrq_ReturnsTheErrno() => _kernel.Run(() =>
    {
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        IrqHandler none = _ => IrqReturn.None;
        Assert.AreEqual(Errno.Invalid, _irqs.RequestIrq(new IrqNumber(900), "x", none, out _));
        Assert.AreEqual(Errno.Success, _irqs.RequestIrq(irq, "first", none, out _));
        Assert.AreEqual(Errno.Busy, _irqs.RequestIrq(irq, "second", none, out _));
        Assert.AreEqual(Errno.Busy, _irqs.RequestSharedIrq(irq, "second", none, out _));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => _irqs.ReleaseIrqs(irq, 1)).Message, "'first'");
    });

    [TestMethod]
    public void Shared_EachHandlerIsAsked_AndNobodyCaredIsCounted() => _kernel.Run(() =>
    {
        var asked = "";
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestSharedIrq(irq, "a", _ => Say("a"), out var a);
        _irqs.RequestSharedIrq(irq, "b", _ => Say("b"), out _);
        Deliver(irq);
        Assert.AreEqual("ab", asked);
        Assert.AreEqual(1L, _irqs.Statistics.Single().Unhandled);
        _irqs.FreeIrq(a!);
        Deliver(irq);
        Assert.AreEqual("abb", asked);

        IrqReturn Say(string name)
        {
            asked += name;
            return IrqReturn.None;
        }
    });

    [TestMethod]
    public void Threaded_ThreadRunsAsATaskThatMaySleep() => _kernel.Run(() =>
    {
        var observer = new RecordingObserver();
        _kernel.Observer = observer;
        var (done, order) = (new Completion("done"), "");
        var irq = _irqs.AllocateIrq(_kernel.Cpus[1]);
        _irqs.RequestThreadedIrq(
            irq,
            "nic0",
            _ =>
            {
                order += "p";
                return IrqReturn.WakeThread;
            },
            _ =>
            {
                Assert.AreEqual("irq 1-nic0", KernelTask.Current.Name);
                _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
                order += "t";
                done.Complete();
                return IrqReturn.Handled;
            },
            out var registration);

        _irqs.RaiseIrq(irq);
        done.Wait();
        Assert.AreEqual("pt", order);
        _irqs.RaiseIrq(irq);
        done.Wait();
        _irqs.FreeIrq(registration!);
        Assert.AreEqual("ptpt", order);
        Assert.IsEmpty(observer.Sleeps);
    });

    [TestMethod]
    public void Threaded_WithoutPrimary_WakesTheThreadEachTime() => _kernel.Run(() =>
    {
        var done = new Completion("done");
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestThreadedIrq(irq, "x", null, _ =>
        {
            done.Complete();
            return IrqReturn.Handled;
        }, out _);
        _irqs.RaiseIrq(irq);
        done.Wait();
        _irqs.SynchronizeIrq(irq);
    });

    [TestMethod]
    public void WakeThread_WithoutAThread_SaysWhatToDo() => _kernel.Run(() =>
    {
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestIrq(irq, "x", _ => IrqReturn.WakeThread, out _);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Deliver(irq)).Message, "Use RequestThreadedIrq");
    });

    [TestMethod]
    public void Disable_HoldsBackAndEnableRaisesAgain() => _kernel.Run(() =>
    {
        var runs = 0;
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestIrq(irq, "x", _ =>
        {
            runs++;
            return IrqReturn.Handled;
        }, out _);
        _irqs.DisableIrq(irq);
        _irqs.DisableIrqNoSync(irq);
        Deliver(irq);
        Deliver(irq);
        _irqs.EnableIrq(irq);
        Assert.AreEqual(0, runs);
        _irqs.EnableIrq(irq);
        _kernel.Clock.Sleep(TimeSpan.FromMicroseconds(1));
        Assert.AreEqual(1, runs);
        Assert.ThrowsExactly<InvalidOperationException>(() => _irqs.EnableIrq(irq));
    });

    [TestMethod]
    public void FreeIrq_HandlerRunsOnAnotherCpu_WaitsForItsEnd()
    {
        var met = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var irqs = new IrqController(kernel);
            var inside = false;
            kernel.Run(() =>
            {
                var irq = irqs.AllocateIrq(kernel.Cpus[1]);
                irqs.RequestIrq(irq, "slow", _ =>
                {
                    inside = true;
                    for (var i = 0; i < 20; i++)
                        InterruptPoint.Poll();
                    inside = false;
                    return IrqReturn.Handled;
                }, out var registration);
                irqs.RaiseIrq(irq);
                for (var i = 0; i < 10 && !inside; i++)
                    InterruptPoint.Poll();
                met += inside ? 1 : 0;
                irqs.FreeIrq(registration!);
                Assert.IsFalse(inside, $"seed {seed}");
            });
        }

        Assert.AreNotEqual(0, met, "no seed freed the irq while its handler ran");
    }

    [TestMethod]
    public void FreeIrq_FromItsOwnThread_IsRefused() => _kernel.Run(() =>
    {
        var (message, done) = ("", new Completion("done"));
        IrqRegistration? registration = null;
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestThreadedIrq(irq, "x", null, _ =>
        {
            message = Assert.ThrowsExactly<InvalidOperationException>(() => _irqs.FreeIrq(registration!)).Message;
            done.Complete();
            return IrqReturn.Handled;
        }, out registration);
        _irqs.RaiseIrq(irq);
        done.Wait();
        StringAssert.Contains(message, "its own irq 1");
    });

    [TestMethod]
    public void Chip_LevelIrqWithThread_IsMaskedUntilTheThreadIsDone() => _kernel.Run(() =>
    {
        var chip = new RecordingChip();
        var done = new Completion("done");
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.SetChip(irq, chip);
        _irqs.RequestThreadedIrq(irq, "x", null, _ =>
        {
            chip.Log += "thread ";
            done.Complete();
            return IrqReturn.Handled;
        }, out _);
        _irqs.RaiseIrq(irq);
        done.Wait();
        _irqs.SynchronizeIrq(irq);
        Assert.AreEqual("mask eoi thread unmask ", chip.Log);
    });

    [TestMethod]
    public void RaiseAndHandle_AllocateNothing() => _kernel.Run(() =>
    {
        var irq = _irqs.AllocateIrq(_kernel.Cpus[0]);
        _irqs.RequestIrq(irq, "x", static _ => IrqReturn.Handled, out _);
        for (var i = 0; i < 100; i++)
            Deliver(irq);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Deliver(irq);
        Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);
    });

    /// <summary>Raises an irq of CPU 0 and takes it at once.</summary>
    private void Deliver(IrqNumber irq)
    {
        LocalIrq.Disable();
        _irqs.RaiseIrq(irq);
        LocalIrq.Enable();
    }

    private sealed class RecordingChip : IIrqChip
    {
        public string Log { get; set; } = "";

        public void Mask(IrqNumber irq) => Log += "mask ";

        public void Unmask(IrqNumber irq) => Log += "unmask ";

        public void EndOfInterrupt(IrqNumber irq) => Log += "eoi ";
    }
}
