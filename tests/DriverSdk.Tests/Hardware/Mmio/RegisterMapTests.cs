using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Mmio;

[TestClass]
public sealed class RegisterMapTests
{
    private readonly Gadget _gadget = new();

    [TestMethod]
    public void ReadOnly_Register_IgnoresWrites()
    {
        Write(0x00, ulong.MaxValue, AccessWidth.QuadWord);

        Assert.AreEqual(0x1122_3344_5566_7788UL, Read(0x00, AccessWidth.QuadWord));
    }

    [TestMethod]
    public void Narrow_Reads_GiveTheBytes()
    {
        Assert.AreEqual(0x5566_7788UL, Read(0x00));
        Assert.AreEqual(0x1122_3344UL, Read(0x04));
        Assert.AreEqual(0x3344UL, Read(0x04, AccessWidth.Word));
        Assert.AreEqual(0x11UL, Read(0x07, AccessWidth.Byte));
    }

    [TestMethod]
    public void QuadWord_Register_IsWrittenByHalves()
    {
        Write(0x18, 0x5555_6666);
        Write(0x1c, 0x1111_2222);
        Assert.AreEqual(0x1111_2222_5555_6666UL, _gadget.Base);

        Write(0x19, 0xab, AccessWidth.Byte);
        Assert.AreEqual(0x1111_2222_5555_ab66UL, _gadget.Base);
    }

    [TestMethod]
    public void Wide_Access_ReachesEachRegisterInTurn()
    {
        Assert.AreEqual(0x00c2_b1b0UL, Read(0x20));
        Assert.AreEqual(0x00c2_b1b0UL, Read(0x20, AccessWidth.QuadWord), "a register and a gap");

        Write(0x10, 0x0000_00f0_0000_0ff0, AccessWidth.QuadWord);
        Assert.AreEqual(0xf00u, _gadget.Mask, "set, then cleared");
    }

    [TestMethod]
    public void Value_WithFields_KeepsReadOnlyAndReservedBits()
    {
        Write(0x08, uint.MaxValue);

        Assert.AreEqual(0xfff1u, _gadget.Configuration);
        Assert.AreEqual(0xfff1UL, Read(0x08));
    }

    [TestMethod]
    public void Fields_GetAndTakeTheirOwnBits()
    {
        Assert.AreEqual(0x0001_234cUL, Read(0x0c), "LEVEL, BUSY, FAULT; write-only START reads zero");

        Write(0x0c, 0x000a_bcd3);

        Assert.AreEqual("start True", _gadget.Calls.Single());
        Assert.IsTrue(_gadget.InterruptOn);
        Assert.IsTrue(_gadget.Faulted, "zero does not clear");
        Assert.AreEqual(0xabcdu, _gadget.Level);

        Write(0x0c, 0x4);
        Assert.IsFalse(_gadget.Faulted);
        Assert.AreEqual("start False", _gadget.Calls[1]);
    }

    [TestMethod]
    public void Narrow_Write_LeavesTheRestOfAFieldAlone()
    {
        Write(0x0d, 0xff, AccessWidth.Byte);

        Assert.AreEqual(0x1ff4u, _gadget.Level, "LEVEL begins at bit 4, so this byte is its bits 4 to 11");
        Assert.AreEqual(0, _gadget.Calls.Count, "the byte does not reach START");
    }

    [TestMethod]
    public void WriteOneKinds_WithNarrowWrites_TouchOnlyWrittenBits()
    {
        _gadget.Mask = 0xffff_0000;

        Write(0x10, 0x01, AccessWidth.Byte);
        Assert.AreEqual(0xffff_0001u, _gadget.Mask);
        Write(0x17, 0x80, AccessWidth.Byte);
        Assert.AreEqual(0x7fff_0001u, _gadget.Mask);
    }

    [TestMethod]
    public void Arrays_Interleave_AndGetTheIndex()
    {
        Write(0x40, 5);
        Write(0x58, 6);
        Write(0x44, 7);

        CollectionAssert.AreEqual(new[] { "tail 0 5", "tail 3 6" }, _gadget.Calls);
        Assert.AreEqual(0x102UL, Read(0x54));
        Assert.AreEqual(0UL, Read(0x40), "write-only");
    }

    [TestMethod]
    public void GapsAndTheEnd_ReadZero()
    {
        Write(0x24, 1);
        Write(0x1000, 1);

        Assert.AreEqual(0UL, Read(0x24));
        Assert.AreEqual(0UL, Read(0x1000));
        Assert.AreEqual(0x60, Gadget.Map.LengthBytes);
    }

    [TestMethod]
    public void Names_OfRegistersAndBits()
    {
        Assert.AreEqual("CC", Gadget.Map.Describe(0x08));
        Assert.AreEqual("BASE+4", Gadget.Map.Describe(0x1c));
        Assert.AreEqual("TAIL[2]", Gadget.Map.Describe(0x50));
        Assert.AreEqual("+0x30", Gadget.Map.Describe(0x30));
        Assert.AreEqual("CC.EN", Gadget.Map.Describe(0x08, 0));
        Assert.AreEqual("CC.CSS", Gadget.Map.Describe(0x08, 6));
        Assert.AreEqual("CC[2]", Gadget.Map.Describe(0x08, 2));
        Assert.AreEqual("BASE[40]", Gadget.Map.Describe(0x1c, 8));
        Assert.AreEqual("CC 0x00000031 (EN=1 CSS=3 RO=0)", Gadget.Map.Format(0x08, 0x31));
        Assert.AreEqual("+0x30 0x31", Gadget.Map.Format(0x30, 0x31));
    }

    [TestMethod]
    public void Dump_ShowsAllRegisters_WithoutWritingAny()
    {
        Assert.AreEqual(
            """
            0x0000 CAP 0x1122334455667788
            0x0008 CC 0x0000ff80 (EN=0 CSS=0 RO=1ff)
            0x000c CTRL 0x0001234c (START=0 IRQ=0 FAULT=1 BUSY=1 LEVEL=1234)
            0x0010 MASKSET 0x00000000 (M=0)
            0x0014 MASKCLR 0x00000000 (M=0)
            0x0018 BASE 0x0000000000000000
            0x0020 B0 0xb0
            0x0021 B1 0xb1
            0x0022 W2 0x00c2
            0x0040 TAIL[4] (write-only)
            0x0044 HEAD[0] 0x00000100
            0x004c HEAD[1] 0x00000101
            0x0054 HEAD[2] 0x00000102
            0x005c HEAD[3] 0x00000103

            """.ReplaceLineEndings("\n"), Gadget.Map.Dump(_gadget));
        Assert.AreEqual(0, _gadget.Calls.Count);
    }

    [TestMethod]
    public void Access_AllocatesNothing()
    {
        Write(0x0c, 0x10);
        _gadget.Calls.Capacity = 4096;

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Write(0x18, Read(0x18, AccessWidth.QuadWord), AccessWidth.QuadWord);
            Write(0x0e, Read(0x0c), AccessWidth.Word);
        }

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private ulong Read(ulong offset, AccessWidth width = AccessWidth.DoubleWord) => Gadget.Map.Read(_gadget, offset, width);

    private void Write(ulong offset, ulong value, AccessWidth width = AccessWidth.DoubleWord) => Gadget.Map.Write(_gadget, offset, value, width);
}
