using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

[TestClass]
public sealed class TaskStacksTests
{
    [TestMethod]
    public void EveryTask_HasAStackOfItsOwnUntilItEnds()
    {
        using var kernel = KernelScheduler.Deterministic(1, seed: 1);
        var stacks = new Stacks();
        kernel.Stacks = stacks;

        kernel.Run(() =>
        {
            var own = KernelTask.Current.Stack;
            var task = kernel.Spawn("worker", () => Assert.IsFalse(own.Contains(KernelTask.Current.Stack.Start)));
            Assert.AreEqual(2, stacks.InUse);
            task.Join();
            Assert.AreEqual(1, stacks.InUse);
        });

        Assert.AreEqual(0, stacks.InUse);
    }

    private sealed class Stacks : ITaskStacks
    {
        private ulong _next = 0xffff_c900_0000_0000;

        public int InUse { get; private set; }

        public AddressRange<KernelAddr> Allocate(string taskName)
        {
            InUse++;
            _next += 0x8000;
            return new AddressRange<KernelAddr>(new KernelAddr(_next), 0x4000);
        }

        public void Free(AddressRange<KernelAddr> stack) => InUse--;
    }
}
