using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class ConfigAccessTests
{
    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void Ports_AndWindow_ReadTheSameBytes()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        for (var offset = 0; offset < 256; offset++)
        {
            foreach (var width in new[] { AccessWidth.Byte, AccessWidth.Word, AccessWidth.DoubleWord })
            {
                if (offset % (int)width == 0)
                    Assert.AreEqual(board.ReadConfig(Place, offset, width), board.ReadConfigByPort(Place, offset, width), $"offset 0x{offset:x} {width}");
            }
        }
    }

    [TestMethod]
    public void Ports_Write_IsSeenThroughTheWindow()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        board.WriteConfigByPort(Place, 0x3c, 0x2a, AccessWidth.Byte);
        board.WriteConfigByPort(Place, 0x04, 0x0006, AccessWidth.Word);

        Assert.AreEqual(0x2au, board.ReadConfig(Place, 0x3c, AccessWidth.Byte));
        Assert.AreEqual(0x0006u, board.ReadConfig(Place, 0x04, AccessWidth.Word));
        Assert.AreEqual(0x8000_1804u, board.Bus.ReadPort(0xcf8, AccessWidth.DoubleWord), "The address port reads back.");
    }

    [TestMethod]
    public void Ports_WithoutTheEnableBit_ReachNothing()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        board.Bus.WritePort(0xcf8, 0x0000_1800, AccessWidth.DoubleWord);

        Assert.AreEqual(uint.MaxValue, board.Bus.ReadPort(0xcfc, AccessWidth.DoubleWord));
    }

    [TestMethod]
    public void Header_ShowsTheIdentity()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        Assert.AreEqual(0x5678_1234u, board.ReadConfig(Place, 0x00));
        Assert.AreEqual(0xff00_0003u, board.ReadConfig(Place, 0x08));
        Assert.AreEqual(0xef01_abcdu, board.ReadConfig(Place, 0x2c));
        Assert.AreEqual(0x00u, board.ReadConfig(Place, 0x0e, AccessWidth.Byte));
        Assert.AreEqual(1u, board.ReadConfig(Place, 0x3d, AccessWidth.Byte));
    }

    [TestMethod]
    public void AbsentFunction_ReadsAllOnes_AndIgnoresWrites()
    {
        using var board = new PciBoard();

        board.WriteConfig(Place, 0x04, 0x6, AccessWidth.Word);

        Assert.AreEqual(0xffffu, board.ReadConfig(Place, 0x00, AccessWidth.Word));
        Assert.AreEqual(uint.MaxValue, board.ReadConfig(new Bdf(7, 0, 0), 0x00));
        Assert.AreEqual(uint.MaxValue, board.ReadConfigByPort(Place, 0x00));
    }

    [TestMethod]
    public void Window_QuadWord_IsTwoDoubleWords()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);
        var address = 0xb000_0000 + ((ulong)Place.Value << 12);

        Assert.AreEqual(board.ReadConfig(Place, 0) | ((ulong)board.ReadConfig(Place, 4) << 32), board.Read(address, AccessWidth.QuadWord));
    }

    [TestMethod]
    public void HostBridge_IsFound()
    {
        using var board = new PciBoard();

        Assert.AreEqual(0x0600u, board.ReadConfig(default, 0x0a, AccessWidth.Word));
    }

    [TestMethod]
    public void MultiFunctionBit_FollowsTheDevicesFunctions()
    {
        using var board = new PciBoard();
        var second = new ProbeDevice();
        board.Root.Attach(new ProbeDevice(), Place);
        Assert.AreEqual(0x00u, board.ReadConfig(Place, 0x0e, AccessWidth.Byte));

        board.Root.Attach(second, new Bdf(0, 3, 1));
        Assert.AreEqual(0x80u, board.ReadConfig(Place, 0x0e, AccessWidth.Byte));

        board.Root.Detach(second);
        Assert.AreEqual(0x00u, board.ReadConfig(Place, 0x0e, AccessWidth.Byte));
        Assert.AreEqual(uint.MaxValue, board.ReadConfig(new Bdf(0, 3, 1), 0x00));
    }

    [TestMethod]
    public void Attach_WhereSomethingIs_OrNothingLeads_IsRefused()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => board.Root.Attach(new ProbeDevice(), Place)).Message, "ProbeDevice already");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => board.Root.Attach(new ProbeDevice(), new Bdf(0, 4, 1))).Message, "function 0 first");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => board.Root.Attach(new ProbeDevice(), new Bdf(9, 0, 0))).Message, "No bridge leads to bus 09");
        Assert.ThrowsExactly<ArgumentException>(() => board.Root.Detach(new ProbeDevice()));
    }

    [TestMethod]
    public void CapabilityWalk_FindsAll_AndEnds()
    {
        using var board = new PciBoard();
        board.Root.Attach(new ProbeDevice(), Place);

        Assert.AreNotEqual(0u, board.ReadConfig(Place, 0x06, AccessWidth.Word) & 0x10, "status says that there is a list");
        Assert.AreEqual(0x40, board.FindCapability(Place, PciCapabilityId.PciExpress));
        var msi = board.FindCapability(Place, PciCapabilityId.Msi);
        var msix = board.FindCapability(Place, PciCapabilityId.Msix);
        Assert.AreEqual(0x0002u, board.ReadConfig(Place, 0x42, AccessWidth.Word), "a version 2 endpoint");
        Assert.AreEqual(0x0184u, board.ReadConfig(Place, msi!.Value + 2, AccessWidth.Word), "four vectors, 64-bit address, masking");
        Assert.AreEqual(39u, board.ReadConfig(Place, msix!.Value + 2, AccessWidth.Word));
        Assert.IsNull(board.FindCapability(Place, (PciCapabilityId)0x01));
    }

    [TestMethod]
    public void FunctionLevelReset_ClearsRegistersAndTellsTheDevice()
    {
        using var board = new PciBoard();
        var device = new ProbeDevice();
        board.Root.Attach(device, Place);
        board.WriteConfig(Place, 0x18, 0xc000_0000);
        board.Enable(Place, PciCommand.MemorySpace | PciCommand.BusMaster);
        board.Write(0xc000_0004, 0x77);
        var line = board.ReadConfig(Place, 0x3c, AccessWidth.Byte);

        board.WriteConfig(Place, 0x40 + 8, 0x8000, AccessWidth.Word);

        Assert.AreEqual(1, device.Resets);
        Assert.AreEqual(0u, device.Scratch);
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x18));
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x04, AccessWidth.Word));
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x48, AccessWidth.Word) & 0x8000, "the request reads zero");
        Assert.AreEqual(line, board.ReadConfig(Place, 0x3c, AccessWidth.Byte));
        Assert.AreEqual(uint.MaxValue, board.Read(0xc000_0004));
    }

    [TestMethod]
    public void Identity_WithVendorAllOnes_IsRefused() =>
        Assert.ThrowsExactly<ArgumentException>(() => new PciBridge(new PciIdentity(0xffff, 1, PciClassCode.PciBridge)));
}
