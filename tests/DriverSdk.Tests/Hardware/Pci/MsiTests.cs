using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class MsiTests
{
    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void OneVector_SendsTheDataAsItIs()
    {
        using var board = WithMsi(out var device, log2Granted: 0);

        device.Interrupt(0);
        device.Interrupt(3);

        Assert.AreEqual(InterruptKind.Msi, device.Kind);
        CollectionAssert.AreEqual(new[] { (1u, (byte)0x45), (1u, (byte)0x45) }, board.Sink.Take(), "ungranted vectors share the one");
    }

    [TestMethod]
    public void FourVectors_ReplaceTheLowBitsOfTheData()
    {
        using var board = WithMsi(out var device, log2Granted: 2);

        for (var vector = 0; vector < 4; vector++)
            device.Interrupt(vector);

        CollectionAssert.AreEqual(new byte[] { 0x44, 0x45, 0x46, 0x47 }, board.Sink.Take().Select(raised => raised.Vector).ToArray());
    }

    [TestMethod]
    public void MaskedVector_IsPending_AndDeliveredOnceAtUnmask()
    {
        using var board = WithMsi(out var device, log2Granted: 2);
        var msi = Capability(board);
        board.WriteConfig(Place, msi + 0x10, 0b0110);

        device.Interrupt(1);
        device.Interrupt(1);
        device.Interrupt(2);

        Assert.AreEqual(0, board.Sink.Take().Length);
        Assert.AreEqual(0b0110u, board.ReadConfig(Place, msi + 0x14));
        board.WriteConfig(Place, msi + 0x10, 0b0100);
        CollectionAssert.AreEqual(new byte[] { 0x45 }, board.Sink.Take().Select(raised => raised.Vector).ToArray());
        Assert.AreEqual(0b0100u, board.ReadConfig(Place, msi + 0x14));
    }

    [TestMethod]
    public void WithoutBusMaster_TheMessageIsLost()
    {
        using var board = WithMsi(out var device, log2Granted: 0);
        board.Enable(Place, PciCommand.None);

        device.Interrupt();

        Assert.AreEqual(0, board.Sink.Take().Length);
    }

    [TestMethod]
    public void MaskRegister_HasABitForEachVector_AndPendingIsReadOnly()
    {
        using var board = WithMsi(out _, log2Granted: 0);
        var msi = Capability(board);

        board.WriteConfig(Place, msi + 0x10, uint.MaxValue);
        board.WriteConfig(Place, msi + 0x14, uint.MaxValue);

        Assert.AreEqual(0xfu, board.ReadConfig(Place, msi + 0x10));
        Assert.AreEqual(0u, board.ReadConfig(Place, msi + 0x14));
    }

    [TestMethod]
    public void Msix_WinsOverMsi()
    {
        using var board = WithMsi(out var device, log2Granted: 0);

        board.WriteConfig(Place, board.FindCapability(Place, PciCapabilityId.Msix)!.Value + 2, 0x8000, AccessWidth.Word);

        Assert.AreEqual(InterruptKind.Msix, device.Kind);
    }

    private static int Capability(PciBoard board) => board.FindCapability(Place, PciCapabilityId.Msi)!.Value;

    private static PciBoard WithMsi(out ProbeDevice device, uint log2Granted)
    {
        var board = new PciBoard();
        device = new ProbeDevice();
        board.Root.Attach(device, Place);
        board.Enable(Place, PciCommand.BusMaster);
        var msi = Capability(board);
        board.WriteConfig(Place, msi + 4, 0xfee0_1000);
        board.WriteConfig(Place, msi + 12, 0x45, AccessWidth.Word);
        board.WriteConfig(Place, msi + 2, 1 | (log2Granted << 4), AccessWidth.Word);
        return board;
    }
}
