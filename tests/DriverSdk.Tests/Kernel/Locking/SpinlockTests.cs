using DriverSdk.Kernel.Deferred;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Locking;

[TestClass]
public sealed class SpinlockTests
{
    private readonly KernelScheduler _kernel = KernelScheduler.OnHostThreads(2);
    private readonly Spinlock _lock = new("queue");

    [TestCleanup]
    public void Cleanup() => _kernel.Dispose();

    [TestMethod]
    public void Guards_EachKind_SetAndRestoreTheCpuState() => _kernel.Run(() =>
    {
        var cpu = Cpu.Current;
        using (_lock.Hold())
            Assert.AreEqual((1, false, false, true), (cpu.PreemptCount, cpu.IrqsDisabled, cpu.SoftirqsDisabled, _lock.IsHeldByThisCpu));
        using (_lock.HoldIrqSave())
            Assert.AreEqual((1, true, false, true), (cpu.PreemptCount, cpu.IrqsDisabled, cpu.SoftirqsDisabled, cpu.IsAtomic));
        using (_lock.HoldBh())
            Assert.AreEqual((1, false, true, true), (cpu.PreemptCount, cpu.IrqsDisabled, cpu.SoftirqsDisabled, cpu.IsAtomic));
        Assert.IsFalse(cpu.IsAtomic);
        Assert.IsFalse(_lock.IsHeld);
    });

    [TestMethod]
    public void LockIrqSave_WithInterruptsOff_LeavesThemOff() => _kernel.Run(() =>
    {
        LocalIrq.Disable();
        _lock.LockIrqSave(out var flags);
        _lock.UnlockIrqRestore(flags);
        Assert.IsTrue(LocalIrq.IsDisabled);
        LocalIrq.Enable();
    });

    [TestMethod]
    public void Lock_HeldByTheSameCpu_ThrowsInsteadOfHanging() => _kernel.Run(() =>
    {
        using (_lock.Hold("Driver.cs", 5))
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => _lock.Lock("Driver.cs", 9));
            StringAssert.Contains(error.Message, "'queue' is taken at Driver.cs:9 in Task context of CPU 0, which holds it already since Driver.cs:5");
            Assert.AreEqual(1, Cpu.Current.PreemptCount);
        }
    });

    [TestMethod]
    public void TryLock_HeldByTheSameCpu_SaysNo() => _kernel.Run(() =>
    {
        Assert.IsTrue(_lock.TryLock());
        Assert.IsFalse(_lock.TryLock());
        Assert.AreEqual(1, Cpu.Current.PreemptCount);
        _lock.Unlock();
    });

    [TestMethod]
    public void Unlock_OfAFreeLock_Throws() => _kernel.Run(() =>
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(_lock.Unlock);
        StringAssert.Contains(error.Message, "which does not hold it (it is free)");
    });

    [TestMethod]
    public void Unlock_ByAnotherCpu_Throws() => _kernel.Run(() =>
    {
        using (_lock.Hold("Driver.cs", 5))
        {
            var message = "";
            var ended = 0;
            _kernel.Spawn("thief", _kernel.Cpus[1], () =>
            {
                message = Assert.ThrowsExactly<InvalidOperationException>(_lock.Unlock).Message;
                Volatile.Write(ref ended, 1);
            });
            while (Volatile.Read(ref ended) == 0)
                Preemption.Relax();
            StringAssert.Contains(message, "CPU 0 took it at Driver.cs:5");
        }
    });

    [TestMethod]
    public void Lock_InAHardirqOverAHolderWithoutIrqSave_IsDetected()
    {
        _kernel.OnVector((_, _) => _lock.Lock());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _kernel.Run(() =>
        {
            using (_lock.Hold())
            {
                _kernel.RaiseHere();
                InterruptPoint.Poll();
            }
        }));

        StringAssert.Contains(error.Message, "in Hardirq context of CPU 0");
        StringAssert.Contains(error.Message, "Take it with HoldIrqSave");
    }

    [TestMethod]
    public void Lock_InASoftirqOverAHolderWithoutBh_IsDetected()
    {
        var timer = new KernelTimer(_kernel, "t", () => _lock.Lock());

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _kernel.Run(() =>
        {
            using (_lock.Hold())
            {
                timer.Arm(TimeSpan.Zero);
                while (true)
                    Preemption.Relax();
            }
        }));

        StringAssert.Contains(error.Message, "Take it with HoldBh");
    }

    [TestMethod]
    public void Lock_ContendedPlain_TakesInterruptsWhileItSpins()
    {
        var handled = 0;
        _kernel.OnVector((_, _) => Volatile.Write(ref handled, 1));

        _kernel.Run(() =>
        {
            var held = new Completion("held");
            var holder = _kernel.Spawn("holder", _kernel.Cpus[1], () =>
            {
                using (_lock.Hold())
                {
                    held.Complete();
                    _kernel.RaiseVector(_kernel.Cpus[0], Kernels.TestVector);
                    while (Volatile.Read(ref handled) == 0)
                        Preemption.Relax();
                }
            });
            held.Wait();
            using (_lock.Hold())
                Assert.AreEqual(1, handled);
            holder.Join();
        });
    }

    [TestMethod]
    public void Ranks_TakenInTheWrongOrder_Throw() => _kernel.Run(() =>
    {
        var outer = new Spinlock("domain", LockRanks.IommuDomain);
        var inner = new Spinlock("iova", LockRanks.IovaSpace);
        using (outer.Hold())
        using (_lock.Hold())
        using (inner.Hold())
        {
        }

        using (inner.Hold("Driver.cs", 3))
        {
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => outer.Lock());
            StringAssert.Contains(error.Message, "Lock 'domain' of rank IommuDomain (40) is taken while 'iova' of rank IovaSpace (50) is held (taken at Driver.cs:3)");
        }
    });

    [TestMethod]
    public void Ranks_TheTable_IsInStrictOrder()
    {
        var orders = typeof(LockRanks).GetProperties().Select(property => (LockRank)property.GetValue(null)!).Select(rank => rank.Order).ToArray();

        CollectionAssert.AreEqual(orders.Distinct().Order().ToArray(), orders);
    }

    [TestMethod]
    public void Held_MoreLocksThanItNames_StillBalances() => _kernel.Run(() =>
    {
        var locks = Enumerable.Range(0, 20).Select(number => new Spinlock($"l{number}")).ToArray();
        foreach (var one in locks)
            one.Lock();
        Assert.AreEqual(20, KernelTask.Current.Held.Count);
        foreach (var one in locks)
            one.Unlock();
        Assert.AreEqual(0, KernelTask.Current.Held.Count);
        Assert.IsEmpty(KernelTask.Current.Held.Snapshot());
    });

    [TestMethod]
    public void EnableWithoutDisable_Throws() => _kernel.Run(() =>
    {
        Assert.ThrowsExactly<InvalidOperationException>(Preemption.Enable);
        Assert.ThrowsExactly<InvalidOperationException>(BottomHalves.Enable);
    });
}
