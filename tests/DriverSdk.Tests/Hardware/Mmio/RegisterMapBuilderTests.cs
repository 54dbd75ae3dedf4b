using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Tests.Hardware.Mmio;

[TestClass]
public sealed class RegisterMapBuilderTests
{
    [TestMethod]
    public void Overlap_IsRefused() => Refuses<InvalidOperationException>(
        "B (32 bits) overlaps A (64 bits) at 0x4",
        map => map.Register64(0x0, "A", Any).Register32(0x4, "B", Any));

    [TestMethod]
    public void GapOverARegister_IsRefused() => Refuses<InvalidOperationException>(
        "a gap overlaps A (32 bits) at 0x0",
        map => map.Register32(0x0, "A", Any).Gap(0..8));

    [TestMethod]
    public void Hole_IsRefused_WithTheGapToDeclare() => Refuses<InvalidOperationException>(
        "Bytes 0x4..0x10 in the register map of Gadget are not declared; declare a register or .Gap(0x4..0x10)",
        map => map.Register32(0x0, "A", Any).Register32(0x10, "B", Any));

    [TestMethod]
    public void NameUsedTwice_IsRefused() => Refuses<InvalidOperationException>(
        "two registers named A",
        map => map.Register32(0x0, "A", Any).Register32(0x4, "A", Any));

    [TestMethod]
    public void EmptyMap_IsRefused() => Refuses<InvalidOperationException>("declares no register", map => map.Gap(0..4));

    [TestMethod]
    public void Misaligned_IsRefused() => Refuses<ArgumentOutOfRangeException>(
        "A lies at 0x4; a register of 64 bits starts at a multiple of 8",
        map => map.Register64(0x4, "A", Any));

    [TestMethod]
    public void WrongWidth_IsRefused() => Refuses<ArgumentOutOfRangeException>(
        "no width of 3 bytes",
        map => map.Array(0, "A", (AccessWidth)3, 1, 3, a => a.Value(get: (_, _) => 0)));

    [TestMethod]
    public void StrideBelowTheWidth_IsRefused() => Refuses<ArgumentOutOfRangeException>(
        "stride of 2 bytes",
        map => map.Array(0, "A", AccessWidth.DoubleWord, 2, 2, a => a.Value(get: (_, _) => 0)));

    [TestMethod]
    public void MapThatIsMemory_IsRefused() => Refuses<ArgumentOutOfRangeException>(
        "behind an IMmioTarget",
        map => map.Array(0, "A", AccessWidth.DoubleWord, 1 << 20, 4, a => a.Value(get: (_, _) => 0)));

    [TestMethod]
    public void BitsWithoutAField_AreRefused_WithTheReservedToDeclare() => Refuses<ArgumentException>(
        "Bits 1..32 of register A (32 bits) belong to no field; declare them, for example .Reserved(1..32)",
        map => map.Register32(0x0, "A", r => r.Flag(0, "X", get: _ => true)));

    [TestMethod]
    public void FieldPastTheRegister_IsRefused() => Refuses<ArgumentOutOfRangeException>(
        "the register has 16 bits",
        map => map.Register16(0x0, "A", r => r.Field(8..17, "X", get: _ => 0)));

    [TestMethod]
    public void FieldsThatOverlap_AreRefused() => Refuses<ArgumentException>(
        "Field A.Y (bits 3..8) overlaps Field A.X (bits 0..4)",
        map => map.Register8(0x0, "A", r => r.Field(0..4, "X", get: _ => 0).Field(3..8, "Y", get: _ => 0)));

    [TestMethod]
    public void FieldsWithOneName_AreRefused() => Refuses<ArgumentException>(
        "two fields named 'X'",
        map => map.Register8(0x0, "A", r => r.Field(0..4, "X", get: _ => 0).Field(4..8, "X", get: _ => 0)));

    [TestMethod]
    public void FieldWithoutCallbacks_IsRefused() => Refuses<ArgumentException>(
        "A.X (bits 0..8) is ReadWrite: it needs a get and a set callback",
        map => map.Register8(0x0, "A", r => r.Field(0..8, "X")));

    [TestMethod]
    public void FieldWithACallbackTooMany_IsRefused() => Refuses<ArgumentException>(
        "is ReadOnly: it needs a get and no set callback",
        map => map.Register8(0x0, "A", r => r.Field(0..8, "X", FieldAccess.ReadOnly, _ => 0, (_, _) => { })));

    [TestMethod]
    public void ValueAndFieldCallbacks_AreRefused() => Refuses<ArgumentException>(
        "keep the callbacks in one of the two places",
        map => map.Register8(0x0, "A", r => r.Value(_ => 0).Field(0..8, "X", get: _ => 0)));

    [TestMethod]
    public void FieldThatTheValueCannotServe_IsRefused() => Refuses<ArgumentException>(
        "is ReadWrite, but the register's Value has no set",
        map => map.Register8(0x0, "A", r => r.Value(_ => 0).Field(0..8, "X", FieldAccess.ReadWrite)));

    [TestMethod]
    public void EmptyRegister_IsRefused() => Refuses<ArgumentException>("A declares nothing", map => map.Register8(0x0, "A", r => r));

    [TestMethod]
    public void TwoValues_AreRefused() => Refuses<ArgumentException>("two values", map => map.Register8(0x0, "A", r => r.Constant(1).Constant(2)));

    [TestMethod]
    public void ArrayWithoutValue_IsRefused() => Refuses<ArgumentException>(
        "A declares no Value", map => map.Array(0, "A", AccessWidth.Byte, 2, 1, a => a.Reserved(0..8)));

    [TestMethod]
    public void GapFromTheEnd_IsRefused() => Refuses<ArgumentOutOfRangeException>("first..end", map => map.Gap(..^4));

    [TestMethod]
    public void Parts_AreDeclaredElsewhere_AndReadOnlyFieldsFollowTheirValue()
    {
        var map = new RegisterMapBuilder<Gadget>()
            .Add(Identification)
            .Build();

        Assert.AreEqual("VS 0x00010400 (MNR=4 MJR=1)", map.Format(0, map.Read(new Gadget(), 0, AccessWidth.DoubleWord)));
    }

    [TestMethod]
    public void StrideOfAnArray_DeclaresWhatLiesBetween()
    {
        var map = new RegisterMapBuilder<Gadget>()
            .Array(0, "A", AccessWidth.DoubleWord, count: 3, strideBytes: 16, a => a
                .Value((d, i) => d.Base + (ulong)i, (d, i, v) => d.Base = v)
                .Field(0..8, "LOW")
                .Reserved(8..32))
            .Build();
        var gadget = new Gadget();

        map.Write(gadget, 0x10, 0xfff, AccessWidth.DoubleWord);

        Assert.AreEqual(0x24, map.LengthBytes);
        Assert.AreEqual(0UL, map.Read(gadget, 0x14, AccessWidth.DoubleWord));
        Assert.AreEqual(0xffUL, map.Read(gadget, 0x00, AccessWidth.DoubleWord), "reserved bits of the element kept their zero");
        Assert.AreEqual("A[2].LOW", map.Describe(0x20, 7));
    }

    private static RegisterMapBuilder<Gadget> Identification(RegisterMapBuilder<Gadget> map) => map
        .Register32(0x0, "VS", r => r.Constant(0x0001_0400).Reserved(0..8).Field(8..16, "MNR").Field(16..32, "MJR"));

    private static RegisterBuilder<Gadget> Any(RegisterBuilder<Gadget> register) => register.Value(_ => 0);

    private static void Refuses<TException>(string message, Func<RegisterMapBuilder<Gadget>, RegisterMapBuilder<Gadget>> declare)
        where TException : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<TException>(() => declare(new RegisterMapBuilder<Gadget>()).Build()).Message, message);
}
