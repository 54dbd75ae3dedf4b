using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;

namespace DriverSdk.Tests.Contract.Pci;

[TestClass]
public sealed class PciLayoutTests
{
    [TestMethod]
    public void ConfigAddress_IsThePortFormat()
    {
        var address = new ConfigAddress(new Bdf(0x12, 0x1f, 7), 0x3e);

        Assert.AreEqual(0x8012_ff3cu, address.Value);
        Assert.IsTrue(address.IsEnabled);
        Assert.AreEqual(new Bdf(0x12, 0x1f, 7), address.Function);
        Assert.AreEqual(0x3c, address.Offset);
        Assert.IsFalse(default(ConfigAddress).IsEnabled);
    }

    [TestMethod]
    public void ConfigWindow_GivesEachFunctionFourKilobytes()
    {
        Assert.AreEqual(0UL, ConfigAddress.WindowOffset(default));
        Assert.AreEqual(0x12f_f000UL, ConfigAddress.WindowOffset(new Bdf(0x12, 0x1f, 7)));
        Assert.AreEqual((256UL << 20) - 4096, ConfigAddress.WindowOffset(new Bdf(255, 31, 7)));
    }

    [TestMethod]
    public void ClassCode_IsThreeBytes()
    {
        Assert.AreEqual(0x010802u, PciClassCode.NvmExpress.Value);
        Assert.AreEqual("01.08.02", PciClassCode.NvmExpress.ToString());
        Assert.AreEqual(0x060400u, PciClassCode.PciBridge.Value);
    }

    [TestMethod]
    public void BridgeWindow_RegistersFollowEachOther()
    {
        CollectionAssert.AreEqual(
            new[] { 0x18, 0x19, 0x1a, 0x20, 0x22, 0x24, 0x26, 0x28, 0x2c, 0x3e },
            new[]
            {
                PciBridgeHeader.PrimaryBus, PciBridgeHeader.SecondaryBus, PciBridgeHeader.SubordinateBus, PciBridgeHeader.MemoryBase, PciBridgeHeader.MemoryLimit,
                PciBridgeHeader.PrefetchableBase, PciBridgeHeader.PrefetchableLimit, PciBridgeHeader.PrefetchableBaseUpper, PciBridgeHeader.PrefetchableLimitUpper,
                PciBridgeHeader.BridgeControl,
            });
    }
}
