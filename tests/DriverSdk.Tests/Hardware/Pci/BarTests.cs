using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class BarTests
{
    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void Sizing_64Bit_GivesSizeAndType()
    {
        using var board = WithProbe(out _);

        board.WriteConfig(Place, 0x10, uint.MaxValue);
        board.WriteConfig(Place, 0x14, uint.MaxValue);

        Assert.AreEqual(0xffff_f004u, board.ReadConfig(Place, 0x10), "4 KiB, 64-bit");
        Assert.AreEqual(uint.MaxValue, board.ReadConfig(Place, 0x14));
    }

    [TestMethod]
    public void Sizing_32Bit_AndAbsent()
    {
        using var board = WithProbe(out _);

        board.WriteConfig(Place, 0x18, uint.MaxValue);
        board.WriteConfig(Place, 0x1c, uint.MaxValue);
        board.WriteConfig(Place, 0x30, uint.MaxValue);

        Assert.AreEqual(0xffff_e000u, board.ReadConfig(Place, 0x18), "8 KiB, 32-bit");
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x1c), "no BAR 3");
        Assert.AreEqual(0u, board.ReadConfig(Place, 0x30), "no expansion ROM");
    }

    [TestMethod]
    public void Sizing_Prefetchable64_AboveFourGiB()
    {
        using var board = new PciBoard();
        board.Root.Attach(new FramebufferDevice(), Place);

        board.WriteConfig(Place, 0x10, uint.MaxValue);
        board.WriteConfig(Place, 0x14, uint.MaxValue);

        Assert.AreEqual(0x0000_000cu, board.ReadConfig(Place, 0x10));
        Assert.AreEqual(0xffff_fffeu, board.ReadConfig(Place, 0x14), "8 GiB");
        board.WriteConfig(Place, 0x10, 0);
        board.WriteConfig(Place, 0x14, 0x40);
        board.Enable(Place, PciCommand.MemorySpace);
        Assert.AreEqual(0x1_2345_6788UL, board.Read(0x41_2345_6788, AccessWidth.QuadWord), "it answers with the offset");
    }

    [TestMethod]
    public void MemoryEnable_GatesTheBar()
    {
        using var board = WithProbe(out _);
        board.WriteConfig(Place, 0x18, 0xc000_0000);

        Assert.AreEqual(uint.MaxValue, board.Read(0xc000_0000));
        board.Enable(Place, PciCommand.MemorySpace);
        Assert.AreEqual(0x5eed_0001UL, board.Read(0xc000_0000));
        board.Enable(Place, PciCommand.BusMaster);
        Assert.AreEqual(uint.MaxValue, board.Read(0xc000_0000));
    }

    [TestMethod]
    public void Relocation_MovesTheRegisters()
    {
        using var board = WithProbe(out var device);
        board.Enable(Place, PciCommand.MemorySpace);
        board.WriteConfig(Place, 0x18, 0xc000_0000);
        board.Write(0xc000_0004, 1);

        board.WriteConfig(Place, 0x18, 0xd000_0000);
        board.Write(0xc000_0004, 2);
        board.Write(0xd000_0004, 3);

        Assert.AreEqual(3u, device.Scratch);
        Assert.AreEqual(uint.MaxValue, board.Read(0xc000_0004));
    }

    [TestMethod]
    public void UnassignedBar_AnswersNothing()
    {
        using var board = WithProbe(out _);

        board.Enable(Place, PciCommand.MemorySpace);

        Assert.AreEqual(uint.MaxValue, board.Read(0));
        Assert.AreEqual(uint.MaxValue, board.Read(4));
    }

    [TestMethod]
    public void BoardDevices_ComeBeforeBars()
    {
        using var board = WithProbe(out _);
        board.Enable(Place, PciCommand.MemorySpace);

        board.WriteConfig(Place, 0x18, 0xfec0_0000);
        board.Write(0xfec0_0000, 1);

        Assert.AreEqual(0x0017_0020UL, board.Read(0xfec0_0010), "the I/O APIC's version");
        Assert.AreEqual(0UL, board.Read(0xfec0_1008), "The page that the I/O APIC leaves is the BAR's, where no register is declared.");
    }

    [TestMethod]
    public void Bar_PastTheMap_ReadsZero()
    {
        using var board = WithProbe(out _);
        board.WriteConfig(Place, 0x18, 0xc000_0000);
        board.Enable(Place, PciCommand.MemorySpace);

        Assert.AreEqual(0UL, board.Read(0xc000_1ffc));
        Assert.AreEqual(uint.MaxValue, board.Read(0xc000_2000));
    }

    [TestMethod]
    public void Declaration_Mistakes_AreNamed()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MisdeclaredDevice(0, 100)).Message, "power of two");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MisdeclaredDevice(5, 4096)).Message, "at most 4");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new MisdeclaredDevice(3, 4096)).Message, "overlaps BAR 4");
    }

    private static PciBoard WithProbe(out ProbeDevice device)
    {
        var board = new PciBoard();
        device = new ProbeDevice();
        board.Root.Attach(device, Place);
        return board;
    }
}
