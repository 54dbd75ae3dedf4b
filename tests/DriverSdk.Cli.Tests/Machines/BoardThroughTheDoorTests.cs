namespace DriverSdk.Cli.Tests.Machines;

/// <summary>What a client finds on the board, seen as it sees it.</summary>
[TestClass]
public sealed class BoardThroughTheDoorTests
{
    private const int Edu = 3;
    private const uint Registers = 0xfe00_0000;
    private const uint MessageAddress = 0x5000;

    [TestMethod]
    public void TheConfigurationWindow_IsOffUntilTheClientProgramsIt()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        Assert.AreEqual(0xffff_ffffUL, door.Number("readl 0xb0000000"));
        door.WriteConfig(0, 0x60, 0xb000_0001);
        Assert.AreEqual(0x29c0_8086UL, door.Number("readl 0xb0000000"));
        Assert.AreEqual(0x11e8_1234UL, door.Number("readl 0xb0018000"));
    }

    [TestMethod]
    public void TheConfigurationWindow_MovesShrinksAndGoesAway()
    {
        using var door = new TestDoor();
        door.WriteConfig(0, 0x60, 0xe000_0003);
        Assert.AreEqual(0x29c0_8086UL, door.Number("readl 0xe0000000"), "128 MiB");
        Assert.AreEqual(0xffff_ffffUL, door.Number("readl 0xe8000000"), "beyond 128 MiB");
        door.WriteConfig(0, 0x60, 0xe400_0005);
        Assert.AreEqual(0x29c0_8086UL, door.Number("readl 0xe4000000"), "64 MiB");
        Assert.AreEqual(0xffff_ffffUL, door.Number("readl 0xe0000000"));
        door.WriteConfig(0, 0x64, 0x1);
        Assert.AreEqual(0x29c0_8086UL, door.Number("readl 0x1e4000000"), "above 4 GiB");
        door.WriteConfig(0, 0x60, 0xe400_0004);
        Assert.AreEqual(0xffff_ffffUL, door.Number("readl 0x1e4000000"), "off");
    }

    [TestMethod]
    public void ADevice_AnswersWhereTheClientPutsIt()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        PlaceEdu(door);
        Assert.AreEqual(0x0100_00edUL, door.Number($"readl 0x{Registers:x}"));
        door.Ok($"writel 0x{Registers + 4:x} 0x12345678");
        Assert.AreEqual(0xedcb_a987UL, door.Number($"readl 0x{Registers + 4:x}"));
        door.Ok($"writel 0x{Registers + 8:x} 10");
        Assert.AreEqual(3_628_800UL, door.Number($"readl 0x{Registers + 8:x}"));
    }

    [TestMethod]
    public void ATransfer_EndsWhenTheClientMovesTime()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        PlaceEdu(door);
        door.Ok("writeq 0x10000 0x1122334455667788");
        Transfer(door, source: 0x10000, destination: 0x4_0000, command: 1);
        Transfer(door, source: 0x4_0000, destination: 0x20000, command: 3);
        Assert.AreEqual(0x1122_3344_5566_7788UL, door.Number("readq 0x20000"));
        Assert.AreEqual("FAIL", door.Ask("clock_step")[..4]);
    }

    [TestMethod]
    public void ALine_IsToldAsItsPin()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        PlaceEdu(door);
        door.Ok("irq_intercept_in ioapic");
        var raised = door.Ask($"writel 0x{Registers + 0x60:x} 1");
        var pin = door.ReadConfig(Edu, 0x3c) & 0xff;
        Assert.AreEqual($"IRQ raise {pin}\nOK", raised);
        Assert.AreEqual($"IRQ lower {pin}\nOK", door.Ask($"writel 0x{Registers + 0x64:x} 1"));
    }

    [TestMethod]
    public void AMessageToRam_IsAWriteThatTheClientReads()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        PlaceEdu(door);
        EnableMsi(door, MessageAddress, 0x4321);
        door.Ok($"writel 0x{Registers + 0x60:x} 1");
        Assert.AreEqual(0x4321UL, door.Number($"readl 0x{MessageAddress:x}"));
        Assert.AreEqual("0", door.Ok("emu_interrupts"));
    }

    [TestMethod]
    public void AMessageToTheInterruptRange_IsTakenOnce()
    {
        using var door = new TestDoor(devices: "edu@00:03.0");
        PlaceEdu(door);
        EnableMsi(door, 0xfee0_0000, 0x41);
        door.Ok($"writel 0x{Registers + 0x60:x} 1");
        door.Ok($"writel 0x{Registers + 0x60:x} 2");
        Assert.AreEqual("2 0:41 0:41", door.Ok("emu_interrupts"));
        Assert.AreEqual("0", door.Ok("emu_interrupts"));
    }

    [TestMethod]
    public void AnIoApicPin_BecomesAnInterruptWhenItsEntryIsUnmasked()
    {
        using var door = new TestDoor();
        door.Ok("writel 0xfec00000 0x1a");
        door.Ok("writel 0xfec00010 0x55");
        door.Ok("set_irq_in ioapic unnamed-gpio-in 5 1");
        Assert.AreEqual("1 0:55", door.Ok("emu_interrupts"));
    }

    [TestMethod]
    public void AUnitsEvent_IsAWriteWhereItsRegistersSay()
    {
        using var door = new TestDoor(iommu: "", devices: "edu@00:03.0");
        PlaceEdu(door);
        door.Ok("writel 0xfed9003c 0xbeef");
        door.Ok($"writel 0xfed90040 0x{MessageAddress:x}");
        door.Ok("writel 0xfed90038 0");
        door.Ok("writeq 0xfed90020 0x100000");
        door.Ok("writel 0xfed90018 0x40000000");
        door.Ok("writel 0xfed90018 0x80000000");
        Transfer(door, source: 0x10000, destination: 0x4_0000, command: 1);
        Assert.AreEqual(0xbeefUL, door.Number($"readl 0x{MessageAddress:x}"), "the root entry is not present, so the transfer faults");
        Assert.AreEqual(2UL, door.Number("readl 0xfed90034") & 2, "PPF");
        StringAssert.Contains(door.Ok("emu_statistics"), " faults=1 ");
    }

    [TestMethod]
    public void WithoutAUnit_NobodyAnswersAtItsPlace()
    {
        using var door = new TestDoor();
        Assert.AreEqual(0xffff_ffffUL, door.Number("readl 0xfed90000"));
    }

    [TestMethod]
    public void TheProbe_AnswersWithItsIdentity()
    {
        using var door = new TestDoor(devices: "dma-probe@00:05.0");
        Assert.AreEqual(0x00fd_1d5du, door.ReadConfig(5, 0));
    }

    [TestMethod]
    public void AnNvmeController_AnswersWithItsCapabilities()
    {
        using var door = new TestDoor(devices: "nvme,size=1M@00:04.0");
        door.WriteConfig(4, 0x10, Registers);
        door.WriteConfig(4, 0x14, 0);
        door.WriteConfig(4, 0x04, 6);
        Assert.AreEqual(0x0108_0200u, door.ReadConfig(4, 8) & 0xffff_ff00);
        Assert.AreNotEqual(ulong.MaxValue, door.Number($"readq 0x{Registers:x}"));
    }

    private static void PlaceEdu(TestDoor door)
    {
        door.WriteConfig(Edu, 0x10, Registers);
        door.WriteConfig(Edu, 0x04, 6);
    }

    private static void EnableMsi(TestDoor door, uint address, uint data)
    {
        var capability = door.FindCapability(Edu, 5);
        door.WriteConfig(Edu, capability + 4, address);
        door.WriteConfig(Edu, capability + 8, 0);
        door.WriteConfig(Edu, capability + 12, data);
        door.WriteConfig(Edu, capability, 1 << 16);
    }

    private static void Transfer(TestDoor door, ulong source, ulong destination, int command)
    {
        door.Ok($"writeq 0x{Registers + 0x80:x} 0x{source:x}");
        door.Ok($"writeq 0x{Registers + 0x88:x} 0x{destination:x}");
        door.Ok($"writeq 0x{Registers + 0x90:x} 8");
        door.Ok($"writeq 0x{Registers + 0x98:x} 0x{command:x}");
        Assert.AreEqual((ulong)command, door.Number($"readq 0x{Registers + 0x98:x}"), "time has not moved yet");
        door.Ok("clock_step");
        Assert.AreEqual((ulong)command & ~1UL, door.Number($"readq 0x{Registers + 0x98:x}"));
    }
}
