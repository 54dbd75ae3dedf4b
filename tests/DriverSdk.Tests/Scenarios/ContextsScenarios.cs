using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class ContextsScenarios
{
    [TestMethod]
    public void AStaticKeySwitchedUnderAnIrqSaveLock_IsReportedOnItsFirstLuckyRun()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var observer = new RecordingObserver();
        kernel.Observer = observer;
        var key = new StaticKey("iommu_sva_present");
        var guard = new Spinlock("sva mms");

        kernel.Run(() =>
        {
            using (guard.HoldIrqSave())
                key.Enable();
        });

        Assert.IsTrue(key.IsEnabled);
        var sleep = observer.Sleeps.Single();
        Assert.AreEqual(SleepingCallKind.StaticKeySwitch, sleep.Kind);
        Assert.AreEqual("sva mms", sleep.HeldLocks.Single().Name);
    }

    [TestMethod]
    public void TheSameSwitchOutsideTheLock_IsNotReported()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var observer = new RecordingObserver();
        kernel.Observer = observer;
        var (key, mutex) = (new StaticKey("iommu_sva_present"), new KernelMutex("sva"));

        kernel.Run(() =>
        {
            using (mutex.Hold())
                key.Enable();
        });

        Assert.IsEmpty(observer.Sleeps);
    }
}
