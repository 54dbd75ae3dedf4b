using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Interrupts;

[TestClass]
public sealed class IoApicTests
{
    private readonly RecordingSink _sink = new();
    private readonly IoApic _ioApic;

    public IoApicTests() => _ioApic = new IoApic(new InterruptRouter(_sink, cpuCount: 2));

    [TestMethod]
    public void Version_SaysTwentyFourPins() => Assert.AreEqual(0x0017_0020u, ReadRegister(1));

    [TestMethod]
    public void AfterReset_EveryPinIsMasked()
    {
        for (var pin = 0; pin < 24; pin++)
        {
            Assert.AreEqual(0x1_0000u, ReadRegister(0x10 + (2 * pin)));
            Assert.AreEqual(0u, ReadRegister(0x11 + (2 * pin)));
        }

        Assert.AreEqual(0u, ReadRegister(0x40), "past the last pin");
    }

    [TestMethod]
    public void Entry_ReadOnlyBitsStay()
    {
        WriteRegister(0x10, uint.MaxValue);
        WriteRegister(0x11, uint.MaxValue);

        Assert.AreEqual(0x1_afffu, ReadRegister(0x10));
        Assert.AreEqual(0xffff_0000u, ReadRegister(0x11));
    }

    [TestMethod]
    public void Id_KeepsFourBits()
    {
        WriteRegister(0, uint.MaxValue);

        Assert.AreEqual(0x0f00_0000u, ReadRegister(0));
        Assert.AreEqual(0x0f00_0000u, ReadRegister(2));
    }

    [TestMethod]
    public void EdgePin_SendsOncePerRise()
    {
        WriteRegister(0x11 + 8, 0x0100_0000);
        WriteRegister(0x10 + 8, 0x30);

        _ioApic.Assert(4);
        _ioApic.Assert(4);
        _ioApic.Deassert(4);
        _ioApic.Deassert(4);
        _ioApic.Assert(4);

        CollectionAssert.AreEqual(new[] { (1u, (byte)0x30), (1u, (byte)0x30) }, _sink.Take());
    }

    [TestMethod]
    public void EdgePin_RiseWhileMasked_IsLost()
    {
        _ioApic.Assert(4);
        WriteRegister(0x10 + 8, 0x30);

        Assert.AreEqual(0, _sink.Take().Length);
    }

    [TestMethod]
    public void LevelPin_SetsRemoteIrr_UntilTheEndOfInterrupt()
    {
        WriteRegister(0x10 + 40, 0x8031);
        _ioApic.Assert(20);
        Assert.AreEqual(0xc031u, ReadRegister(0x10 + 40));

        WriteRegister(0x10 + 40, 0x8031);
        Assert.AreEqual(0xc031u, ReadRegister(0x10 + 40), "software cannot clear it");
        _ioApic.Deassert(20);
        EndInterrupt(0x30);
        Assert.AreEqual(0xc031u, ReadRegister(0x10 + 40), "another vector's end");
        EndInterrupt(0x31);

        Assert.AreEqual(0x8031u, ReadRegister(0x10 + 40));
        Assert.AreEqual(1, _sink.Take().Length);
    }

    [TestMethod]
    public void LevelPin_TurnedToEdge_ForgetsRemoteIrr()
    {
        WriteRegister(0x10 + 40, 0x8031);
        _ioApic.Assert(20);

        WriteRegister(0x10 + 40, 0x1_0031);
        WriteRegister(0x10 + 40, 0x8031);

        Assert.AreEqual(2, _sink.Take().Length);
    }

    [TestMethod]
    public void TwoPins_WithOneVector_EndTogether()
    {
        WriteRegister(0x10 + 40, 0x8031);
        WriteRegister(0x10 + 42, 0x8031);
        _ioApic.Assert(20);
        _ioApic.Assert(21);
        _sink.Take();

        EndInterrupt(0x31);

        Assert.AreEqual(2, _sink.Take().Length);
    }

    private uint ReadRegister(int index)
    {
        _ioApic.Write(IoApicLayout.Index, (ulong)index, AccessWidth.DoubleWord);
        return (uint)_ioApic.Read(IoApicLayout.Data, AccessWidth.DoubleWord);
    }

    private void WriteRegister(int index, uint value)
    {
        _ioApic.Write(IoApicLayout.Index, (ulong)index, AccessWidth.DoubleWord);
        _ioApic.Write(IoApicLayout.Data, value, AccessWidth.DoubleWord);
    }

    private void EndInterrupt(byte vector) => _ioApic.Write(IoApicLayout.EndOfInterrupt, vector, AccessWidth.DoubleWord);
}
