using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Tests.Contract.Memory;

[TestClass]
public sealed class MemoryLayoutTests
{
    [TestMethod]
    [DataRow(32UL << 20, 32UL << 20, 0UL, 32UL << 20)]
    [DataRow(2UL << 30, 2UL << 30, 0UL, 2UL << 30)]
    [DataRow((2UL << 30) + (2UL << 20), 2UL << 30, 2UL << 20, (4UL << 30) + (2UL << 20))]
    [DataRow(64UL << 30, 2UL << 30, 62UL << 30, 66UL << 30)]
    public void Ram_IsSplitAroundTheHole(ulong ram, ulong low, ulong high, ulong end)
    {
        var layout = new MemoryLayout(ram);

        Assert.AreEqual(new AddressRange<PhysAddr>(default, low), layout.LowRam);
        Assert.AreEqual(new AddressRange<PhysAddr>(new PhysAddr(0x1_0000_0000), high), layout.HighRam);
        Assert.AreEqual(new PhysAddr(end), layout.End);
    }

    [TestMethod]
    [DataRow(0UL)]
    [DataRow(16UL << 20)]
    [DataRow((32UL << 20) + 4096)]
    [DataRow((64UL << 30) + (2UL << 20))]
    public void Size_OutsideTheLimits_IsRefusedWithTheLimits(ulong ram)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MemoryLayout(ram));

        StringAssert.Contains(error.Message, "multiple of 2 MiB between 32 MiB and 64 GiB");
    }
}
