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

    [TestMethod]
    [DataRow(2u, 0, false, "2", DisplayName = "physical")]
    [DataRow(0xffu, 0, false, "", DisplayName = "physical: 0xff is one CPU among many")]
    [DataRow(uint.MaxValue, 0, false, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", DisplayName = "broadcast")]
    [DataRow(0x8005u, 1, false, "0 2 15", DisplayName = "logical: sixteen CPUs of cluster 0")]
    [DataRow(0x1_0006u, 1, false, "17 18", DisplayName = "logical: cluster 1")]
    [DataRow(0x1_0006u, 1, true, "17", DisplayName = "logical with hint")]
    [DataRow(0x2_0001u, 1, false, "", DisplayName = "logical: no such cluster")]
    public void ARemappedInterrupt_ReachesTheCpusOfAnExtendedDestination(uint destination, int mode, bool hint, string cpus)
    {
        var sink = new RecordingSink();
        var router = new InterruptRouter(sink, cpuCount: 20);
        var remapper = new ScriptedRemapper(InterruptVerdict.Remapped, new CpuInterrupt
        {
            Destination = destination,
            Mode = ApicMode.X2Apic,
            DestinationMode = (InterruptDestinationMode)mode,
            RedirectionHint = hint,
            Vector = 0x41,
        });

        Assert.IsTrue(router.Deliver(new Bdf(1, 0, 0), InterruptMessage.To(0, 0x30), remapper));

        Assert.AreEqual(cpus, string.Join(' ', sink.Take().Select(each => each.ApicId)));
        Assert.AreEqual(cpus.Length == 0 ? 1 : 0, router.Dropped);
    }

    [TestMethod]
    public void ARefusedMessage_ReachesNobody()
    {
        var sink = new RecordingSink();
        var router = new InterruptRouter(sink, cpuCount: 4);

        Assert.IsFalse(router.Deliver(new Bdf(1, 0, 0), InterruptMessage.To(0, 0x30), new ScriptedRemapper(InterruptVerdict.Refused)));

        Assert.IsEmpty(sink.Take());
        Assert.AreEqual((0L, 0L), (router.Delivered, router.Dropped));
    }

    [TestMethod]
    public void APassedMessage_IsDecodedAsItIs()
    {
        var sink = new RecordingSink();
        var router = new InterruptRouter(sink, cpuCount: 4);
        var remapper = new ScriptedRemapper(InterruptVerdict.Passed, new CpuInterrupt { Vector = 0x99 });

        Assert.IsTrue(router.Deliver(new Bdf(1, 0, 0), InterruptMessage.To(3, 0x30), remapper));

        CollectionAssert.AreEqual(new[] { (3u, (byte)0x30) }, sink.Take());
    }
}
