using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Tests.Kernel.Scheduling;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class LocksScenarios
{
    [TestMethod]
    public void ALockSharedWithAHandlerAndTakenWithIrqSave_NeverMeetsItself()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(2, seed);
            var guard = new Spinlock("ring");
            var (inTask, inHandler) = (0, 0);
            kernel.OnVector((_, _) =>
            {
                using (guard.Hold())
                    inHandler++;
            });
            kernel.Run(() =>
            {
                for (var i = 0; i < 20; i++)
                {
                    kernel.RaiseVector(kernel.Cpus[i % 2], Kernels.TestVector);
                    using (guard.HoldIrqSave())
                    {
                        InterruptPoint.Poll();
                        inTask++;
                    }
                }
            });
            Assert.AreEqual(20, inTask);
            Assert.AreNotEqual(0, inHandler);
        }
    }

    [TestMethod]
    public void TheSameLockTakenWithoutIrqSave_IsDetectedBySomeSeed()
    {
        var detected = 0;
        for (var seed = 0; seed < 20; seed++)
        {
            using var kernel = KernelScheduler.Deterministic(1, seed);
            var guard = new Spinlock("ring");
            kernel.OnVector((_, _) =>
            {
                using (guard.Hold())
                {
                }
            });
            try
            {
                kernel.Run(() =>
                {
                    kernel.RaiseHere();
                    using (guard.Hold())
                        InterruptPoint.Poll();
                });
            }
            catch (InvalidOperationException error)
            {
                StringAssert.Contains(error.Message, "HoldIrqSave");
                detected++;
            }
        }

        Assert.IsInRange(1, 19, detected);
    }
}
