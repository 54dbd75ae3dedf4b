using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Pci;

[TestClass]
public sealed class HostBridgeTests
{
    private const uint Identity = 0x29c0_8086;
    private const uint Nobody = 0xffff_ffff;

    [TestMethod]
    public void ConfigWindow_IsWhereFirmwareLeftIt()
    {
        using var memory = new PhysicalMemory(new MemoryLayout(MemoryLayout.MinRamBytes));
        var bus = NewBoard(memory, new BootInformation { CpuCount = 1 }).CpuBus;
        Assert.AreEqual(Identity, Read(bus, 0xb000_0000));
        Assert.AreEqual(0xb000_0001UL, Read(bus, 0xb000_0060));
        Assert.AreEqual(0UL, Read(bus, 0xb000_0064));
    }

    [TestMethod]
    public void ConfigWindow_IsOffWhereNoFirmwareHasRun()
    {
        using var memory = new PhysicalMemory(new MemoryLayout(MemoryLayout.MinRamBytes));
        var board = NewBoard(memory, new BootInformation { CpuCount = 1, Ecam = default });
        Assert.AreEqual(Nobody, Read(board.CpuBus, 0xb000_0000));
        board.RootComplex.WriteConfig(default, 0x60, 0xc000_0001, AccessWidth.DoubleWord);
        Assert.AreEqual(Nobody, Read(board.CpuBus, 0xb000_0000));
        Assert.AreEqual(Identity, Read(board.CpuBus, 0xc000_0000));
    }

    [TestMethod]
    public void HostBridge_HasNoCapabilities()
    {
        using var memory = new PhysicalMemory(new MemoryLayout(MemoryLayout.MinRamBytes));
        var bus = NewBoard(memory, new BootInformation { CpuCount = 1 }).CpuBus;
        Assert.AreEqual(0UL, Read(bus, 0xb000_0034), "a PCI Express capability would lie where the window's register is");
        Assert.AreEqual(0UL, Read(bus, 0xb000_0040));
    }

    [TestMethod]
    [DataRow(0xb000_0001ul, 0xb000_0000ul, 256ul)]
    [DataRow(0xb800_0003ul, 0xb800_0000ul, 128ul)]
    [DataRow(0xbc00_0005ul, 0xbc00_0000ul, 64ul)]
    [DataRow(0x1_bc00_0001ul, 0x1_b000_0000ul, 256ul)]
    public void ExpressBar_NamesAWindow(ulong value, ulong start, ulong lengthMib)
    {
        var window = new ExpressBar(value).Window;
        Assert.AreEqual(new AddressRange<PhysAddr>(new PhysAddr(start), lengthMib << 20), window);
        Assert.AreEqual(window, ExpressBar.For(window).Window);
    }

    [TestMethod]
    [DataRow(0xb000_0000ul)]
    [DataRow(0xb000_0007ul)]
    public void ExpressBar_ThatIsOffOrReserved_NamesNone(ulong value) => Assert.IsTrue(new ExpressBar(value).Window.IsEmpty);

    [TestMethod]
    [DataRow(0xb800_0000ul, 256ul)]
    [DataRow(0xb000_0000ul, 32ul)]
    public void AWindowThatTheRegisterCannotHold_IsRefused(ulong start, ulong lengthMib)
    {
        var refused = Assert.ThrowsExactly<ArgumentException>(() => ExpressBar.For(new AddressRange<PhysAddr>(new PhysAddr(start), lengthMib << 20)));
        StringAssert.Contains(refused.Message, "give 64, 128 or 256 MiB");
    }

    private static Board NewBoard(PhysicalMemory memory, BootInformation boot) =>
        new(memory, boot, new RemappingUnitOptions(), new NoCpus(), new NoTime());

    private static ulong Read(ICpuBus bus, ulong address) => bus.ReadMmio(new PhysAddr(address), AccessWidth.DoubleWord);

    private sealed class NoCpus : IInterruptSink
    {
        public void Raise(uint apicId, byte vector)
        {
        }
    }

    private sealed class NoTime : IDeviceTimeline
    {
        public long NowNanoseconds => 0;

        public void Post(IDeviceWork work) => work.Run();

        public void PostAfter(IDeviceWork work, long delayNanoseconds) => work.Run();
    }
}
