using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class LineInterruptTests
{
    private const ulong IoApic = 0xfec0_0000;

    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void Level_GoesOnUntilTheDeviceIsQuiet()
    {
        using var board = WithProbe(out var device);
        Unmask(board, pin: 19, cpuVector: 0x33);

        device.Interrupt();
        device.Interrupt();
        Assert.AreEqual(1, board.Sink.Take().Length, "asserted already, and in service");

        EndInterrupt(board, 0x33);
        CollectionAssert.AreEqual(new[] { (0u, (byte)0x33) }, board.Sink.Take(), "still asserted at the end of interrupt");

        device.Quiet();
        EndInterrupt(board, 0x33);
        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void Masked_WhileAsserted_IsDeliveredAtUnmask()
    {
        using var board = WithProbe(out var device);

        device.Interrupt();
        Assert.AreEqual(0, board.Sink.Take().Length);
        Unmask(board, pin: 19, cpuVector: 0x33);

        Assert.AreEqual(1, board.Sink.Take().Length);
    }

    [TestMethod]
    public void SharedLine_StaysUntilBothAreQuiet()
    {
        using var board = WithProbe(out var device);
        var neighbour = new ProbeDevice();
        board.Root.Attach(neighbour, new Bdf(0, 11, 0));
        Unmask(board, pin: 19, cpuVector: 0x33);

        device.Interrupt();
        neighbour.Interrupt();
        device.Quiet();
        board.Sink.Take();
        EndInterrupt(board, 0x33);
        Assert.AreEqual(1, board.Sink.Take().Length, "the neighbour asserts it");

        neighbour.Quiet();
        EndInterrupt(board, 0x33);
        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void InterruptDisable_SilencesTheLine_ButStatusShowsIt()
    {
        using var board = WithProbe(out var device);
        Unmask(board, pin: 19, cpuVector: 0x33);
        board.Enable(Place, PciCommand.InterruptDisable);

        device.Interrupt();
        Assert.AreEqual(0, board.Sink.Take().Length);
        Assert.AreNotEqual(0u, board.ReadConfig(Place, 0x06, AccessWidth.Word) & 0x8);

        board.Enable(Place, PciCommand.None);
        Assert.AreEqual(1, board.Sink.Take().Length);
        device.Quiet();
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x06, AccessWidth.Word) & 0x8);
    }

    [TestMethod]
    public void Reset_LowersASilencedLine_BeforeItCouldGetOut()
    {
        using var board = WithProbe(out var device);
        Unmask(board, pin: 19, cpuVector: 0x33);
        board.Enable(Place, PciCommand.InterruptDisable);
        device.Interrupt();

        board.WriteConfig(Place, 0x48, 0x8000, AccessWidth.Word);

        Assert.AreEqual(0, board.Sink.Take().Length);
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x06, AccessWidth.Word) & 0x8);
    }

    [TestMethod]
    public void NeedsNoBusMaster()
    {
        using var board = WithProbe(out var device);
        Unmask(board, pin: 19, cpuVector: 0x33);

        Assert.AreEqual(PciCommand.None, device.Command);
        device.Interrupt();

        Assert.AreEqual(1, board.Sink.Take().Length);
    }

    [TestMethod]
    public void InterruptLine_NamesThePin()
    {
        using var board = WithProbe(out _);
        board.Root.Attach(new ProbeDevice(InterruptPin.C), new Bdf(0, 6, 0));

        Assert.AreEqual(19u, board.ReadConfig(Place, 0x3c, AccessWidth.Byte));
        Assert.AreEqual(16u, board.ReadConfig(new Bdf(0, 6, 0), 0x3c, AccessWidth.Byte));
        Assert.AreEqual(0xffu, board.ReadConfig(default, 0x3c, AccessWidth.Byte), "the host bridge has none");
    }

    [TestMethod]
    public void Detach_LowersTheLine()
    {
        using var board = WithProbe(out var device);
        Unmask(board, pin: 19, cpuVector: 0x33);
        device.Interrupt();
        board.Sink.Take();

        board.Root.Detach(device);
        EndInterrupt(board, 0x33);

        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    /// <summary>Makes a pin level-triggered and unmasked, sending to CPU 0.</summary>
    internal static void Unmask(PciBoard board, int pin, byte cpuVector)
    {
        board.Write(IoApic, (ulong)(0x10 + (2 * pin) + 1));
        board.Write(IoApic + 0x10, 0);
        board.Write(IoApic, (ulong)(0x10 + (2 * pin)));
        board.Write(IoApic + 0x10, 0xa000UL | cpuVector);
    }

    private static void EndInterrupt(PciBoard board, byte vector) => board.Write(IoApic + 0x40, vector);

    private static PciBoard WithProbe(out ProbeDevice device)
    {
        var board = new PciBoard();
        device = new ProbeDevice();
        board.Root.Attach(device, Place);
        return board;
    }
}
