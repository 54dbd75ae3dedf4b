using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class PciBridgeTests
{
    private static readonly Bdf Upper = new(0, 5, 0);
    private static readonly Bdf Lower = new(1, 2, 0);
    private static readonly Bdf Endpoint = new(2, 1, 0);

    [TestMethod]
    public void Config_IsForwarded_ByBusNumbers()
    {
        using var board = WithTwoBridges(out var device);

        Assert.AreEqual(0x5678_1234u, board.ReadConfig(Endpoint, 0));
        Assert.AreEqual(0x5678_1234u, board.ReadConfigByPort(Endpoint, 0));
        Assert.AreEqual(0x1u, board.ReadConfig(Lower, 0x0e, AccessWidth.Byte));
        Assert.AreEqual(Endpoint, device.RequesterId);
    }

    [TestMethod]
    public void Config_BeforeNumbering_ReachesNothingBelow()
    {
        using var board = new PciBoard();
        var bridge = new PciBridge();
        bridge.Attach(new ProbeDevice(), device: 1);
        board.Root.Attach(bridge, Upper);

        Assert.AreEqual(uint.MaxValue, board.ReadConfig(new Bdf(1, 1, 0), 0));
        board.NumberBuses(Upper, 0, 1, 1);
        Assert.AreEqual(0x5678_1234u, board.ReadConfig(new Bdf(1, 1, 0), 0));
        Assert.AreEqual(uint.MaxValue, board.ReadConfig(new Bdf(1, 2, 0), 0));
    }

    [TestMethod]
    public void Config_PastTheSubordinateBus_IsNotForwarded()
    {
        using var board = WithTwoBridges(out _);

        board.NumberBuses(Upper, 0, 1, 1);

        Assert.AreEqual(uint.MaxValue, board.ReadConfig(Endpoint, 0));
        Assert.AreNotEqual(uint.MaxValue, board.ReadConfig(Lower, 0));
    }

    [TestMethod]
    public void Renumbering_MovesTheEndpointsRequesterId()
    {
        using var board = WithTwoBridges(out var device);

        board.NumberBuses(Upper, 0, 0x10, 0x20);
        board.NumberBuses(new Bdf(0x10, 2, 0), 0x10, 0x18, 0x18);

        Assert.AreEqual(new Bdf(0x18, 1, 0), device.RequesterId);
        Assert.AreEqual(0x5678_1234u, board.ReadConfig(new Bdf(0x18, 1, 0), 0));
    }

    [TestMethod]
    public void Windows_OfEveryBridge_GateTheBar()
    {
        using var board = WithTwoBridges(out _);
        board.WriteConfig(Endpoint, 0x18, 0xc010_0000);
        board.Enable(Endpoint, PciCommand.MemorySpace);
        board.Enable(Upper, PciCommand.MemorySpace);
        board.Enable(Lower, PciCommand.MemorySpace);

        board.OpenWindow(Upper, 0xc000_0000, 0xc01f_ffff);
        Assert.AreEqual(uint.MaxValue, board.Read(0xc010_0000), "the lower window is closed: limit below base");
        board.OpenWindow(Lower, 0xc010_0000, 0xc01f_ffff);
        Assert.AreEqual(0x5eed_0001UL, board.Read(0xc010_0000));
        board.OpenWindow(Upper, 0xc020_0000, 0xc02f_ffff);
        Assert.AreEqual(uint.MaxValue, board.Read(0xc010_0000));
    }

    [TestMethod]
    public void MemorySpaceBit_OfABridge_GatesTheBar()
    {
        using var board = WithTwoBridges(out _);
        board.WriteConfig(Endpoint, 0x18, 0xc010_0000);
        board.Enable(Endpoint, PciCommand.MemorySpace);
        board.OpenWindow(Upper, 0xc010_0000, 0xc01f_ffff);
        board.OpenWindow(Lower, 0xc010_0000, 0xc01f_ffff);

        board.Enable(Upper, PciCommand.MemorySpace);
        Assert.AreEqual(uint.MaxValue, board.Read(0xc010_0000));
        board.Enable(Lower, PciCommand.MemorySpace);
        Assert.AreEqual(0x5eed_0001UL, board.Read(0xc010_0000));
    }

    [TestMethod]
    public void ClosedWindow_AtReset_IsMegabyteZeroAndHoldsNoBar()
    {
        using var board = WithTwoBridges(out _);

        board.Enable(Upper, PciCommand.MemorySpace);
        board.Enable(Lower, PciCommand.MemorySpace);
        board.WriteConfig(Endpoint, 0x18, 0xc010_0000);
        board.Enable(Endpoint, PciCommand.MemorySpace);

        Assert.AreEqual(uint.MaxValue, board.Read(0xc010_0000));
    }

    [TestMethod]
    public void PrefetchableWindow_Reaches64Bits()
    {
        using var board = new PciBoard();
        board.AttachBridge(5, 1, 1).Attach(new FramebufferDevice());
        var place = new Bdf(1, 0, 0);
        board.WriteConfig(place, 0x14, 0x40);
        board.Enable(place, PciCommand.MemorySpace);
        board.Enable(Upper, PciCommand.MemorySpace);

        Assert.AreEqual(0x0001_0001u, board.ReadConfig(Upper, 0x24), "both are 64 bits wide");
        board.WriteConfig(Upper, 0x24, 0xfff0_0000);
        board.WriteConfig(Upper, 0x28, 0x40);
        board.WriteConfig(Upper, 0x2c, 0x40);

        Assert.AreEqual(0x1000UL, board.Read(0x40_0000_1000, AccessWidth.QuadWord));
        Assert.AreEqual(0xffff_fff8UL, board.Read(0x40_ffff_fff8, AccessWidth.QuadWord), "the last bytes in the window");
        Assert.AreEqual(ulong.MaxValue, board.Read(0x41_0000_0000, AccessWidth.QuadWord), "in the BAR, past the window");
        board.WriteConfig(Upper, 0x24, 0xfff0_8000);
        Assert.AreEqual(ulong.MaxValue, board.Read(0x40_0000_1000, AccessWidth.QuadWord), "in the BAR, below the window");
        Assert.AreEqual(0x8000_0000UL, board.Read(0x40_8000_0000, AccessWidth.QuadWord));
    }

    [TestMethod]
    public void BusMasterBit_OfEveryBridge_GatesDma()
    {
        using var board = WithTwoBridges(out var device);
        board.Enable(Endpoint, PciCommand.BusMaster);
        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(0x1000, 1));

        board.Enable(Lower, PciCommand.BusMaster);
        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(0x1000, 1));

        board.Enable(Upper, PciCommand.BusMaster);
        Assert.AreEqual(DmaStatus.Success, device.WriteMemory(0x1000, 1));

        board.Enable(Lower, PciCommand.MemorySpace);
        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(0x1000, 1));
    }

    [TestMethod]
    public void SecondaryBusReset_ResetsEverythingBelow_Once()
    {
        using var board = WithTwoBridges(out var device);
        board.WriteConfig(Endpoint, 0x18, 0xc010_0000);

        board.WriteConfig(Upper, 0x3e, 0x40, AccessWidth.Word);
        board.WriteConfig(Upper, 0x3e, 0x40, AccessWidth.Word);
        board.WriteConfig(Upper, 0x3e, 0x00, AccessWidth.Word);

        Assert.AreEqual(1, device.Resets);
        Assert.AreEqual(uint.MaxValue, board.ReadConfig(Endpoint, 0), "the lower bridge forgot its bus numbers");
        board.NumberBuses(Lower, 1, 2, 2);
        Assert.AreEqual(0u, board.ReadConfig(Endpoint, 0x18));
    }

    [TestMethod]
    public void Line_IsSwizzled_ByEveryBridge()
    {
        using var board = WithTwoBridges(out _);

        // INTA of device 1 is INTB at bridge 2, that is INTD at bridge 5: 16 + (5 + 3) % 8.
        Assert.AreEqual(16u, board.ReadConfig(Endpoint, 0x3c, AccessWidth.Byte));
    }

    [TestMethod]
    public void Detach_TakesTheFunctionOffTheBusAndOutOfMemory()
    {
        using var board = WithTwoBridges(out var device);
        board.Enable(Endpoint, PciCommand.BusMaster);

        board.Root.Detach(device);

        Assert.AreEqual(uint.MaxValue, board.ReadConfig(Endpoint, 0));
        Assert.AreEqual(DmaStatus.UnsupportedRequest, device.WriteMemory(0x1000, 1));
    }

    private static PciBoard WithTwoBridges(out ProbeDevice device)
    {
        var board = new PciBoard();
        device = new ProbeDevice();
        var upper = board.AttachBridge(Upper.Device, 1, 2);
        var lower = new PciBridge();
        lower.Attach(device, Endpoint.Device);
        upper.Attach(lower, Lower.Device);
        board.NumberBuses(Lower, 1, 2, 2);
        return board;
    }
}
