using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Interrupts;

[TestClass]
public sealed class InterruptRouterTests
{
    [TestMethod]
    [DataRow(0xfee02000UL, 0x41u, "2", DisplayName = "physical")]
    [DataRow(0xfeeff000UL, 0x41u, "0 1 2 3", DisplayName = "broadcast")]
    [DataRow(0xfee0a004UL, 0x41u, "1 3", DisplayName = "logical, fixed: all of the set")]
    [DataRow(0xfee0a00cUL, 0x41u, "1", DisplayName = "logical with hint: one of the set")]
    [DataRow(0xfee0c004UL, 0x141u, "2", DisplayName = "logical, lowest priority: one of the set")]
    [DataRow(0xfee90004UL, 0x41u, "", DisplayName = "logical: no such CPU")]
    [DataRow(0xfee04000UL, 0x41u, "", DisplayName = "physical: no such CPU")]
    [DataRow(0xfee00010UL, 0x41u, "", DisplayName = "remappable format")]
    [DataRow(0xfee00000UL, 0x0fu, "", DisplayName = "vector too low")]
    [DataRow(0xfee00000UL, 0x441u, "", DisplayName = "non-maskable")]
    public void Message_ReachesTheCpusItNames(ulong address, uint data, string cpus)
    {
        var sink = new RecordingSink();
        var router = new InterruptRouter(sink, cpuCount: 4);

        router.Deliver(new InterruptMessage(new PhysAddr(address), data));

        var raised = sink.Take();
        Assert.AreEqual(cpus, string.Join(' ', raised.Select(each => each.ApicId)));
        Assert.IsTrue(raised.All(each => each.Vector == 0x41));
        Assert.AreEqual(cpus.Length == 0 ? 0 : 1, router.Delivered);
        Assert.AreEqual(cpus.Length == 0 ? 1 : 0, router.Dropped);
    }
}
