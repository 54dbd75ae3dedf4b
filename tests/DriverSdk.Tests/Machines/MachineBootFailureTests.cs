using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Machines;

/// <summary>A machine that cannot boot is nobody's, so it gives back what it took.</summary>
[TestClass]
public sealed class MachineBootFailureTests
{
    [TestMethod]
    public void Build_BootThrows_MemoryIsGivenBack()
    {
        var tap = new ThrowingTap();
        Assert.ThrowsExactly<InvalidDataException>(new MachineBuilder().WithTap(tap).Build);
        Assert.IsFalse(tap.Ram!.Contains(default, 1), "RAM is still there though nobody has the machine");
    }

    private sealed class ThrowingTap : IMachineTap
    {
        public PhysicalMemory? Ram { get; private set; }

        public IInterruptSink TapInterrupts(IInterruptSink cpus) => cpus;

        public ICpuBus TapBus(PhysicalMemory ram, ICpuBus bus)
        {
            Ram = ram;
            Assert.IsTrue(ram.Contains(new PhysAddr(0), 1));
            throw new InvalidDataException("the test's");
        }
    }
}
