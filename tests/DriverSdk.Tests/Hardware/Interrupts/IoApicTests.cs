using DriverSdk.Contract.Addressing;
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

    [TestMethod]
    public void AnEntryInRemappableFormat_SendsItsHandle_UnderTheApicsOwnId()
    {
        var requester = new Bdf(0xff, 0, 0);
        var remapper = new ScriptedRemapper(InterruptVerdict.Remapped, new CpuInterrupt { Destination = 1, Vector = 0x77 });
        var ioApic = new IoApic(new InterruptRouter(_sink, cpuCount: 2), requester, remapper);
        // Handle 0x8123: bits 14:0 in 63:49 with format 1 in 48, bit 15 in bit 11.
        Write(ioApic, 0x11 + 8, (0x0123u << 17) | 0x1_0000);
        Write(ioApic, 0x10 + 8, 0x0830);

        ioApic.Assert(4);

        var (source, message) = remapper.Seen.Single();
        Assert.AreEqual(requester, source);
        Assert.AreEqual((0x8123, false, 0x30u), (new RemappableMessage(message).Handle, new RemappableMessage(message).HasSubHandle, message.Data));
        CollectionAssert.AreEqual(new[] { (1u, (byte)0x77) }, _sink.Take());
    }

    [TestMethod]
    public void AnEntryMadeOfAHandle_IsTheSameInBothDirections()
    {
        foreach (var handle in (ushort[])[0, 1, 0x7fff, 0x8000, 0xffff])
        {
            var entry = RedirectionEntry.OfHandle(handle, 0x31, InterruptTrigger.Level);
            Assert.AreEqual(handle, new RemappableMessage(entry.Message).Handle);
            Assert.IsTrue(entry.Message.IsRemappable);
            Assert.AreEqual((0x31, InterruptTrigger.Level, false), (entry.Vector, entry.Trigger, entry.IsMasked));
            Assert.AreEqual(0UL, entry.Value & ~RedirectionEntry.Writable);
        }
    }

    [TestMethod]
    public void ARefusedLevelInterrupt_StaysInServiceUntilItsEnd()
    {
        var remapper = new ScriptedRemapper(InterruptVerdict.Refused);
        var ioApic = new IoApic(new InterruptRouter(_sink, cpuCount: 2), new Bdf(0xff, 0, 0), remapper);
        Write(ioApic, 0x10 + 40, 0x8031);

        ioApic.Assert(20);
        ioApic.Write(IoApicLayout.EndOfInterrupt, 0x31, AccessWidth.DoubleWord);

        Assert.HasCount(2, remapper.Seen);
        Assert.IsEmpty(_sink.Take());
    }

    private static void Write(IoApic ioApic, int index, uint value)
    {
        ioApic.Write(IoApicLayout.Index, (ulong)index, AccessWidth.DoubleWord);
        ioApic.Write(IoApicLayout.Data, value, AccessWidth.DoubleWord);
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
