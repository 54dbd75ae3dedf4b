using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;

namespace DriverSdk.Tests.Hardware.Bus;

[TestClass]
public sealed class SystemBusTests
{
    [TestMethod]
    [DataRow(AccessWidth.Byte, 0xffUL)]
    [DataRow(AccessWidth.Word, 0xffffUL)]
    [DataRow(AccessWidth.DoubleWord, 0xffff_ffffUL)]
    [DataRow(AccessWidth.QuadWord, ulong.MaxValue)]
    public void Unclaimed_ReadsAllOnes_OfThatWidth(AccessWidth width, ulong ones)
    {
        var bus = new SystemBus();

        Assert.AreEqual(ones, bus.ReadMmio(new PhysAddr(0xc000_0000), width));
        Assert.AreEqual((uint)ones, bus.ReadPort(0x80, width));
        bus.WriteMmio(new PhysAddr(0xc000_0000), 1, width);
        bus.WritePort(0x80, 1, width);
    }

    [TestMethod]
    public void Access_ReachesTheTarget_WithOffsetAndMaskedValue()
    {
        var bus = new SystemBus();
        var target = new EchoTarget(7);
        bus.Map(new AddressRange<PhysAddr>(new PhysAddr(0xfed9_0000), 0x1000), target);

        Assert.AreEqual(0x7_0000_0ff8UL, bus.ReadMmio(new PhysAddr(0xfed9_0ff8), AccessWidth.QuadWord));
        Assert.AreEqual(0x10UL, bus.ReadMmio(new PhysAddr(0xfed9_0010), AccessWidth.Word));
        bus.WriteMmio(new PhysAddr(0xfed9_0020), 0x1234_5678, AccessWidth.Word);

        Assert.AreEqual((0x20UL, 0x5678UL, AccessWidth.Word), target.LastWrite);
    }

    [TestMethod]
    public void Access_Misaligned_IsNobodys()
    {
        var bus = new SystemBus();
        var target = new EchoTarget(7);
        bus.Map(new AddressRange<PhysAddr>(new PhysAddr(0xfed9_0000), 0x1000), target);

        bus.WriteMmio(new PhysAddr(0xfed9_0002), 1, AccessWidth.DoubleWord);

        Assert.AreEqual(0xffff_ffffUL, bus.ReadMmio(new PhysAddr(0xfed9_0002), AccessWidth.DoubleWord));
        Assert.IsNull(target.LastWrite);
    }

    [TestMethod]
    public void BoardDevices_ThatOverlap_AreRefused()
    {
        var bus = new SystemBus();
        bus.Map(new AddressRange<PhysAddr>(new PhysAddr(0x1000), 0x1000), new EchoTarget(1));

        Assert.ThrowsExactly<ArgumentException>(() => bus.Map(new AddressRange<PhysAddr>(new PhysAddr(0x1fff), 1), new EchoTarget(2)));
        Assert.ThrowsExactly<ArgumentException>(() => bus.Map(default, new EchoTarget(2)));
    }

    [TestMethod]
    public void Access_AllocatesNothing()
    {
        var bus = new SystemBus();
        bus.Map(new AddressRange<PhysAddr>(new PhysAddr(0x1000), 0x1000), new EchoTarget(1));
        var address = new PhysAddr(0x1008);
        bus.ReadMmio(address, AccessWidth.DoubleWord);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            bus.WriteMmio(address, bus.ReadMmio(address, AccessWidth.DoubleWord), AccessWidth.DoubleWord);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
