using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class MsixTests
{
    private const ulong Table = 0xc100_0000;

    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void Send_RaisesTheProgrammedVector_AtTheProgrammedCpu()
    {
        using var board = WithMsix(out var device);
        Program(board, vector: 0, apicId: 2, cpuVector: 0x41);
        Program(board, vector: 39, apicId: 3, cpuVector: 0x52);

        device.Interrupt(39);
        device.Interrupt(0);

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x52), (2u, (byte)0x41) }, board.Sink.Take());
    }

    [TestMethod]
    public void AfterReset_EveryVectorIsMasked()
    {
        using var board = WithMsix(out _);

        for (var vector = 0UL; vector < ProbeDevice.MsixVectors; vector++)
            Assert.AreEqual(1UL, board.Read(Table + (vector * 16) + 12));
    }

    [TestMethod]
    public void MaskedVector_IsPending_AndDeliveredOnceAtUnmask()
    {
        using var board = WithMsix(out var device);
        Program(board, vector: 33, apicId: 1, cpuVector: 0x61);
        board.Write(Table + (33 * 16) + 12, 1);

        device.Interrupt(33);
        device.Interrupt(33);

        Assert.AreEqual(0, board.Sink.Take().Length);
        Assert.AreEqual(2UL, board.Read(PendingBits(board) + 4), "bit 33");
        Assert.AreEqual(1UL << 33, board.Read(PendingBits(board), AccessWidth.QuadWord));
        board.Write(Table + (33 * 16) + 12, 0);
        CollectionAssert.AreEqual(new[] { (1u, (byte)0x61) }, board.Sink.Take());
        Assert.AreEqual(0UL, board.Read(PendingBits(board) + 4));
    }

    [TestMethod]
    public void FunctionMask_HoldsEverythingBack()
    {
        using var board = WithMsix(out var device);
        Program(board, vector: 0, apicId: 0, cpuVector: 0x41);
        Program(board, vector: 1, apicId: 0, cpuVector: 0x42);
        board.Write(Table + 16 + 12, 1);
        SetControl(board, 0xc000);

        device.Interrupt(0);
        device.Interrupt(1);
        Assert.AreEqual(0, board.Sink.Take().Length);
        SetControl(board, 0x8000);

        CollectionAssert.AreEqual(new[] { (0u, (byte)0x41) }, board.Sink.Take());
    }

    [TestMethod]
    public void WithoutBusMaster_TheMessageIsLost()
    {
        using var board = WithMsix(out var device);
        Program(board, vector: 0, apicId: 0, cpuVector: 0x41);
        board.Enable(Place, PciCommand.MemorySpace);

        device.Interrupt();

        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void WhileEnabled_TheLineIsSilent()
    {
        using var board = WithMsix(out var device);
        LineInterruptTests.Unmask(board, pin: 19, cpuVector: 0x33);

        device.Interrupt();

        Assert.AreEqual(InterruptKind.Msix, device.Kind);
        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void Table_ReadsBack_AndKeepsReservedBits()
    {
        using var board = WithMsix(out _);

        board.Write(Table, 0xfee0_1234_fee0_1003, AccessWidth.QuadWord);
        board.Write(Table + 12, 0xffff_fffe);
        board.Write(Table + 8, 0xff, AccessWidth.Byte);

        Assert.AreEqual(0xfee0_1234_fee0_1000UL, board.Read(Table, AccessWidth.QuadWord));
        Assert.AreEqual(0UL, board.Read(Table + 12));
        Assert.AreEqual(0UL, board.Read(Table + 8), "narrow writes are dropped");
        Assert.AreEqual(0xe0UL, board.Read(Table + 2, AccessWidth.Byte));
        board.Write(PendingBits(board), 0xffff_ffff);
        Assert.AreEqual(0UL, board.Read(PendingBits(board)), "pending bits are read-only");
    }

    [TestMethod]
    public void Send_ToAnAddressInRam_IsAnOrdinaryWrite()
    {
        using var board = WithMsix(out var device);
        board.Write(Table, 0x3000);
        board.Write(Table + 8, 0xdead_beef);
        board.Write(Table + 12, 0);

        device.Interrupt();

        Assert.IsTrue(board.Memory.TryReadEntry(new PhysAddr(0x3000), out var landed));
        Assert.AreEqual(0xdead_beefUL, landed);
    }

    [TestMethod]
    public void Vectors_BeyondTheDeclared_AreRefused()
    {
        using var board = WithMsix(out var device);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.Interrupt(40)).Message, "0 to 39");
    }

    [TestMethod]
    public void FunctionLevelReset_MasksAndForgets()
    {
        using var board = WithMsix(out var device);
        board.Write(Table + 12, 1);
        device.Interrupt();

        board.WriteConfig(Place, 0x48, 0x8000, AccessWidth.Word);
        board.WriteConfig(Place, 0x20, (uint)Table);
        board.Enable(Place, PciCommand.MemorySpace | PciCommand.BusMaster);
        SetControl(board, 0x8000);
        board.Write(Table + 12, 0);

        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    private static PciBoard WithMsix(out ProbeDevice device)
    {
        var board = new PciBoard();
        device = new ProbeDevice();
        board.Root.Attach(device, Place);
        board.WriteConfig(Place, 0x20, (uint)Table);
        board.Enable(Place, PciCommand.MemorySpace | PciCommand.BusMaster);
        SetControl(board, 0x8000);
        return board;
    }

    private static void SetControl(PciBoard board, uint control) =>
        board.WriteConfig(Place, board.FindCapability(Place, PciCapabilityId.Msix)!.Value + 2, control, AccessWidth.Word);

    private static void Program(PciBoard board, int vector, byte apicId, byte cpuVector)
    {
        var entry = Table + ((ulong)vector * 16);
        board.Write(entry, 0xfee0_0000 | ((ulong)apicId << 12));
        board.Write(entry + 4, 0);
        board.Write(entry + 8, cpuVector);
        board.Write(entry + 12, 0);
    }

    private static ulong PendingBits(PciBoard board)
    {
        var place = board.ReadConfig(Place, board.FindCapability(Place, PciCapabilityId.Msix)!.Value + 8);
        Assert.AreEqual(4u, place & 7);
        return Table + (place & ~7u);
    }
}
