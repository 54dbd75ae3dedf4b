using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Debugging;

[TestClass]
public sealed class MappedMemoryIndexTests
{
    [TestMethod]
    public void FindOverlapping_AMappingThatBeganInThePageBefore_IsFound()
    {
        using var bench = new DmaBench();
        var index = new MappedMemoryIndex();
        index.Add(new MappingRecord(bench.Device, new Iova(0x1ff0), new PhysAddr(0x5ff0), 32, DmaDirection.FromDevice, MappingKind.Streaming, default));
        var found = new List<(Device Device, Iova Iova, PhysAddr Start)>();

        index.FindOverlapping(new AddressRange<PhysAddr>(new PhysAddr(0x6000), 16), found);
        index.FindOverlapping(new AddressRange<PhysAddr>(new PhysAddr(0x6010), 16), found);

        Assert.HasCount(1, found, "its last 16 bytes lie in the next page, and nothing behind them is mapped");
        Assert.AreEqual(new PhysAddr(0x5ff0), found[0].Start);
    }
}
