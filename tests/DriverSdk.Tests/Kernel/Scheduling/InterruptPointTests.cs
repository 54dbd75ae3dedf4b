using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class InterruptPointTests
{
    private readonly KernelScheduler _kernel = KernelScheduler.OnHostThreads(1);
    private readonly Spinlock _lock = new("lock");
    private readonly Completion _never = new("never");
    private int _arrived;

    public InterruptPointTests() => _kernel.OnVector((cpu, _) =>
    {
        Assert.AreEqual(KernelContexts.Hardirq, cpu.Context);
        Assert.IsTrue(cpu.IrqsDisabled);
        _arrived++;
    });

    [TestCleanup]
    public void Cleanup() => _kernel.Dispose();

    [TestMethod]
    public void Poll_IsAPoint() => AssertArrives(InterruptPoint.Poll);

    [TestMethod]
    public void Unlock_IsAPoint() => AssertArrives(_lock.Unlock, before: () => _lock.Lock());

    [TestMethod]
    public void UnlockBh_IsAPoint() => AssertArrives(_lock.UnlockBh, before: () => _lock.LockBh());

    [TestMethod]
    public void UnlockIrqRestore_IsAPoint()
    {
        IrqFlags flags = default;
        AssertArrives(() => _lock.UnlockIrqRestore(flags), before: () => _lock.LockIrqSave(out flags));
    }

    [TestMethod]
    public void IrqEnable_IsAPoint() => AssertArrives(LocalIrq.Enable, before: () => LocalIrq.Disable());

    [TestMethod]
    public void IrqRestore_IsAPoint()
    {
        IrqFlags flags = default;
        AssertArrives(() => LocalIrq.Restore(flags), before: () => flags = LocalIrq.Save());
    }

    [TestMethod]
    public void PreemptionEnable_IsAPoint() => AssertArrives(Preemption.Enable, before: () => Preemption.Disable());

    [TestMethod]
    public void BottomHalvesEnable_IsAPoint() => AssertArrives(BottomHalves.Enable, before: () => BottomHalves.Disable());

    [TestMethod]
    public void Wait_IsAPoint() => AssertArrives(() => Assert.IsFalse(_never.WaitTimeout(TimeSpan.Zero)));

    [TestMethod]
    public void Relax_IsAPoint() => AssertArrives(Preemption.Relax);

    [TestMethod]
    public void Delay_IsAPoint() => AssertArrives(() => _kernel.Clock.Delay(TimeSpan.Zero));

    [TestMethod]
    public void MutexLock_IsAPoint()
    {
        var mutex = new KernelMutex("m");
        AssertArrives(() =>
        {
            mutex.Lock();
            Assert.AreEqual(1, _arrived);
            mutex.Unlock();
        });
    }

    [TestMethod]
    public void CodeBetweenPoints_IsNotInterrupted()
    {
        _kernel.Run(() =>
        {
            _kernel.RaiseHere();
            _lock.Lock();
            Assert.IsTrue(_lock.IsHeld);
            Assert.IsFalse(_never.TryWait());
            _never.Reinitialize();
            Assert.AreEqual(0, _arrived);
            _lock.Unlock();
            Assert.AreEqual(1, _arrived);
        });
    }

    [TestMethod]
    public void NestedIrqSave_OnlyTheOutermostRestoreIsAPoint()
    {
        _kernel.Run(() =>
        {
            var outer = LocalIrq.Save();
            var inner = LocalIrq.Save();
            _kernel.RaiseHere();
            Assert.IsTrue(inner.WereDisabled);
            LocalIrq.Restore(inner);
            using (_lock.HoldIrqSave())
            {
            }

            InterruptPoint.Poll();
            Assert.AreEqual(0, _arrived);
            LocalIrq.Restore(outer);
            Assert.AreEqual(1, _arrived);
        });
    }

    [TestMethod]
    public void Vectors_SeveralLatched_ArriveByPriorityAndOnceEach()
    {
        var order = new List<byte>();
        _kernel.OnVector((_, vector) => order.Add(vector));

        _kernel.Run(() =>
        {
            foreach (var vector in new byte[] { 0x31, 0xef, 0x31, 0x80, 0x7f })
                _kernel.RaiseHere(vector);
            InterruptPoint.Poll();
        });

        CollectionAssert.AreEqual(new byte[] { 0xef, 0x80, 0x7f, 0x31 }, order);
    }

    [TestMethod]
    public void Handler_RaisesItsOwnVector_RunsAgainAfterwardsAndNotInside()
    {
        var (depth, deepest, runs) = (0, 0, 0);
        _kernel.OnVector((_, _) =>
        {
            deepest = Math.Max(deepest, ++depth);
            if (++runs < 3)
                _kernel.RaiseHere();
            InterruptPoint.Poll();
            depth--;
        });

        _kernel.Run(() =>
        {
            _kernel.RaiseHere();
            InterruptPoint.Poll();
        });

        Assert.AreEqual(3, runs);
        Assert.AreEqual(1, deepest);
    }

    [TestMethod]
    public void Handler_LeavesALockHeld_IsReported()
    {
        _kernel.OnVector((_, _) => _lock.Lock());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _kernel.Run(() =>
        {
            _kernel.RaiseHere();
            InterruptPoint.Poll();
        }));

        StringAssert.Contains(error.Message, "the handler of vector 0x40 left CPU 0");
    }

    [TestMethod]
    public void Poll_OnAThreadThatRunsNoTask_DoesNothing() => InterruptPoint.Poll();

    [TestMethod]
    public void PollAndLocks_Uncontended_AllocateNothing()
    {
        _kernel.Run(() =>
        {
            Exercise();
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
                Exercise();
            Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);
        });

        void Exercise()
        {
            InterruptPoint.Poll();
            using (_lock.Hold())
                InterruptPoint.Poll();
            using (_lock.HoldIrqSave())
                _kernel.RaiseHere();
            using (_lock.HoldBh())
            {
            }

            _never.Complete();
            _never.Wait();
            MightSleep.Check("nothing", "", 0);
        }
    }

    private void AssertArrives(Action point, Action? before = null)
    {
        _kernel.Run(() =>
        {
            before?.Invoke();
            _kernel.RaiseHere();
            Assert.AreEqual(0, _arrived, "not before the point");
            point();
            Assert.AreEqual(1, _arrived, "at the point");
        });
    }
}
