using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Kernel.Pci;

[TestClass]
public sealed class MmioRegionTests
{
    [TestMethod]
    public void Access_EveryWidth_ReachesTheRegisterAtItsOffset() => Run((registers, device) =>
    {
        registers.Write8(0xff, 0x12);
        Assert.AreEqual((0xfful, 0x12ul), (device.LastOffset, device.LastValue));
        registers.Write16(0xfe, 0x1234);
        Assert.AreEqual((0xfeul, 0x1234ul), (device.LastOffset, device.LastValue));
        registers.Write32(0xfc, 0x1234_5678);
        Assert.AreEqual((0xfcul, 0x1234_5678ul), (device.LastOffset, device.LastValue));
        registers.Write64(0xf8, 0x1234_5678_9abc_def0);
        Assert.AreEqual((0xf8ul, 0x1234_5678_9abc_def0ul), (device.LastOffset, device.LastValue));

        Assert.AreEqual(0x1234_5678_9abc_def0ul, registers.Read64(0x10));
        Assert.AreEqual(0x9abc_def0, registers.Read32(0x14));
        Assert.AreEqual((ushort)0xdef0, registers.Read16(0x16));
        Assert.AreEqual((byte)0xf0, registers.Read8(0x17));
    });

    [TestMethod]
    [DataRow(0x100ul)]
    [DataRow(ulong.MaxValue - 3)]
    [DataRow(0x2ul)]
    public void Read32_OutsideOrUnaligned_Throws(ulong offset) => Run((registers, _) =>
    {
        var thrown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => registers.Read32(offset));
        StringAssert.Contains(thrown.Message, "0x100 bytes");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => registers.Write32(offset, 0));
    });

    [TestMethod]
    public void Default_HasNoRegisters()
    {
        Assert.AreEqual(0ul, default(MmioRegion).LengthBytes);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => default(MmioRegion).Read8(0));
    }

    [TestMethod]
    public void TryMapBar_ABarThatIsNotThere_IsFalse()
    {
        using var machine = new MachineBuilder().WithRam(32UL << 20).Deterministic(1).Attach(new PciTestDevice().Bar(0, 256, BarKind.Memory64), new Bdf(0, 1, 0)).Build();
        machine.Run(kernel =>
        {
            var device = kernel.Attached().Single();
            Assert.IsFalse(device.TryMapBar(1, out var upperHalf), "the upper half of a 64-bit BAR is no BAR");
            Assert.AreEqual(0ul, upperHalf.LengthBytes);
            Assert.IsTrue(device.TryMapBar(0, out var registers));
            Assert.AreEqual(uint.MaxValue, registers.Read32(0), "nobody answers before EnableDevice");
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.ReadConfig32(4096));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.WriteConfig32(2, 0));
        });
    }

    private static void Run(Action<MmioRegion, PciTestDevice> body)
    {
        var model = new PciTestDevice().Bar(0, 256, BarKind.Memory32);
        using var machine = new MachineBuilder().WithRam(32UL << 20).Deterministic(1).Attach(model, new Bdf(0, 1, 0)).Build();
        machine.Run(kernel =>
        {
            var device = kernel.Attached().Single();
            device.EnableDevice();
            Assert.IsTrue(device.TryMapBar(0, out var registers));
            body(registers, model);
        });
    }
}
