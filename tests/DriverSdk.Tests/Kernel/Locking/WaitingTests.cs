using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Locking;

[TestClass]
public sealed class WaitingTests
{
    private readonly KernelScheduler _kernel = KernelScheduler.Deterministic(2, seed: 11);

    [TestCleanup]
    public void Cleanup() => _kernel.Dispose();

    [TestMethod]
    public void Completion_NobodyCompletes_TimesOutAfterExactlyTheVirtualTime() => _kernel.Run(() =>
    {
        var before = _kernel.Clock.NowNanoseconds;
        Assert.IsFalse(new Completion().WaitTimeout(TimeSpan.FromSeconds(30)));
        Assert.AreEqual(30_000_000_000L, _kernel.Clock.NowNanoseconds - before);
    });

    [TestMethod]
    public void Completion_CompletedInTime_ReturnsBeforeTheTimeout() => _kernel.Run(() =>
    {
        var done = new Completion();
        _kernel.Spawn("completer", () =>
        {
            _kernel.Clock.Sleep(TimeSpan.FromSeconds(1));
            done.Complete();
        });
        Assert.IsTrue(done.WaitTimeout(TimeSpan.FromSeconds(30)));
        Assert.IsLessThan(2_000_000_000L, _kernel.Clock.NowNanoseconds);
    });

    [TestMethod]
    public void Completion_CountsAndReinitialises() => _kernel.Run(() =>
    {
        var done = new Completion();
        done.Complete();
        done.Complete();
        done.Wait();
        Assert.IsTrue(done.TryWait());
        Assert.IsFalse(done.TryWait());
        done.CompleteAll();
        done.Wait();
        Assert.IsTrue(done.IsDone);
        done.Reinitialize();
        Assert.IsFalse(done.IsDone);
    });

    [TestMethod]
    public void Completion_CompleteAll_EndsEveryWait() => _kernel.Run(() =>
    {
        var done = new Completion();
        var tasks = Enumerable.Range(0, 5).Select(number => _kernel.Spawn($"t{number}", () => done.Wait())).ToArray();
        _kernel.Clock.Sleep(TimeSpan.FromSeconds(1));
        Assert.IsTrue(tasks.All(task => task.IsAlive));
        done.CompleteAll();
        foreach (var task in tasks)
            task.Join();
    });

    [TestMethod]
    public void WaitTimeout_Negative_IsRefused() => _kernel.Run(() =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Completion().WaitTimeout(TimeSpan.FromTicks(-1))));

    [TestMethod]
    public void WaitTimeout_MaxValue_WaitsWithoutLimit() => _kernel.Run(() =>
    {
        var done = new Completion();
        _kernel.Spawn("completer", done.Complete);
        Assert.IsTrue(done.WaitTimeout(TimeSpan.MaxValue));
    });

    [TestMethod]
    public void WaitQueue_ConditionTrueLater_IsSeenAfterAWake() => _kernel.Run(() =>
    {
        var queue = new WaitQueue("q");
        var ready = false;
        _kernel.Spawn("other", () =>
        {
            _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(5));
            queue.Wake();
            _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(5));
            ready = true;
            queue.WakeAll();
        });
        queue.Wait(() => ready);
        Assert.IsFalse(queue.HasWaiters);
        Assert.IsGreaterThanOrEqualTo(10_000_000L, _kernel.Clock.NowNanoseconds);
    });

    [TestMethod]
    public void WaitQueue_NeverTrue_TimesOut() => _kernel.Run(() =>
    {
        Assert.IsFalse(new WaitQueue().WaitTimeout(() => false, TimeSpan.FromSeconds(2)));
        Assert.AreEqual(2_000_000_000L, _kernel.Clock.NowNanoseconds);
    });

    [TestMethod]
    public void WaitQueue_ConditionThatSleeps_IsRefused() => _kernel.Run(() =>
    {
        var calls = 0;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => new WaitQueue().Wait(() =>
        {
            if (calls++ > 0)
                new Completion().Wait();
            return false;
        }));
        StringAssert.Contains(error.Message, "condition must not sleep");
        Assert.IsFalse(new Completion().WaitTimeout(TimeSpan.FromSeconds(1)));
    });

    [TestMethod]
    public void Mutex_Contended_IsHandedOverInOrder() => _kernel.Run(() =>
    {
        var mutex = new KernelMutex("m");
        var order = "";
        mutex.Lock();
        var tasks = "abc".Select(name =>
        {
            var task = _kernel.Spawn(name.ToString(), () =>
            {
                using (mutex.Hold())
                    order += name;
            });
            _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            return task;
        }).ToArray();
        Assert.AreEqual("", order);
        mutex.Unlock();
        foreach (var task in tasks)
            task.Join();
        Assert.AreEqual("abc", order);
        Assert.IsFalse(mutex.IsHeld);
    });

    [TestMethod]
    public void Mutex_HolderMaySleep_AndRecursionAndForeignUnlockThrow() => _kernel.Run(() =>
    {
        var mutex = new KernelMutex("m");
        using (mutex.Hold())
        {
            _kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => mutex.Lock()).Message, "would wait for itself");
            var other = _kernel.Spawn("other", () =>
            {
                Assert.IsFalse(mutex.TryLock());
                Assert.ThrowsExactly<InvalidOperationException>(mutex.Unlock);
            });
            other.Join();
        }

        Assert.IsTrue(mutex.TryLock());
        mutex.Unlock();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(mutex.Unlock).Message, "it is free");
    });

    [TestMethod]
    public void Mutex_TryLockInAHandler_Throws()
    {
        var mutex = new KernelMutex("m");
        _kernel.OnVector((_, _) => Assert.ThrowsExactly<InvalidOperationException>(() => mutex.TryLock()));
        _kernel.Run(() =>
        {
            LocalIrq.Disable();
            _kernel.RaiseHere();
            LocalIrq.Enable();
        });
    }

    [TestMethod]
    public void StaticKey_CountsReferences() => _kernel.Run(() =>
    {
        var key = new StaticKey("k");
        Assert.IsFalse(key.IsEnabled);
        key.Increment();
        key.Increment();
        Assert.ThrowsExactly<InvalidOperationException>(() => key.Disable());
        key.Decrement();
        Assert.IsTrue(key.IsEnabled);
        key.Decrement();
        Assert.IsFalse(key.IsEnabled);
        Assert.ThrowsExactly<InvalidOperationException>(() => key.Decrement());
        key.Enable();
        key.Enable();
        Assert.AreEqual(1, key.ReferenceCount);
        key.Disable();
        key.Disable();
        Assert.IsFalse(key.IsEnabled);
    });

    [TestMethod]
    public void Join_Itself_IsRefused() => _kernel.Run(() => Assert.ThrowsExactly<InvalidOperationException>(() => KernelTask.Current.Join()));

    [TestMethod]
    public void Wait_Uncontended_AllocatesNothing() => _kernel.Run(() =>
    {
        var (mutex, done) = (new KernelMutex("m"), new Completion());
        done.CompleteAll();
        Exercise();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exercise();
        Assert.AreEqual(0L, GC.GetAllocatedBytesForCurrentThread() - before);

        void Exercise()
        {
            for (var i = 0; i < 200; i++)
            {
                using (mutex.Hold())
                    done.Wait();
            }
        }
    });
}
