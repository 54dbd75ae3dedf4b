using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class BridgeScenarios
{
    private static readonly Bdf BridgePlace = new(0, 4, 0);

    [TestMethod]
    [DataRow(InterruptKind.Msix)]
    [DataRow(InterruptKind.Msi)]
    [DataRow(InterruptKind.Line)]
    public void ADeviceBehindABridge_DoesDmaAndInterrupts_OnEveryMachine(InterruptKind kind) => EveryMachine.Runs(
        builder =>
        {
            var bridge = new PciBridge();
            bridge.Attach(new StampDevice(kind), device: 3);
            builder.Attach(bridge, BridgePlace);
        },
        machine =>
        {
            var driver = new StampDriver();
            machine.Run(() =>
            {
                Assert.AreEqual(DriverSdk.Kernel.Errno.Success, machine.Kernel.Pci.RegisterDriver(driver));
                var stamp = driver.Devices.Single();
                Assert.AreEqual(new Bdf(1, 3, 0), stamp.Device.Location);

                CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), stamp.Stamp());

                Assert.AreEqual((0, 0, KernelContexts.Hardirq), stamp.Interrupts.Single());
                machine.Kernel.Pci.UnregisterDriver(driver);
            });
            machine.ShouldReportNothing();
            Assert.AreEqual(0, machine.Machine.IommuFaults.TotalCount);
        });

    [TestMethod]
    public void TheIommuKnowsADeviceBehindABridge_ByItsOwnRequesterId()
    {
        var (bridge, hidden) = (new PciBridge(), new DmaProbe());
        bridge.Attach(hidden);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(bridge, BridgePlace));
        machine.Run(() =>
        {
            var device = machine.Kernel.Pci.Devices.Single(device => device.Location == new Bdf(1, 0, 0));
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.IsTrue(device.Dma.TryMap<FromDevice>(buffer, out var loan));
            Assert.AreEqual(new Bdf(1, 0, 0), hidden.RequesterId);

            Assert.AreEqual(DmaStatus.Success, hidden.Writes(loan.Iova, "mine"u8));
            machine.DeviceWrites(loan.Iova, "not mine"u8).ShouldFault(FaultReason.WriteDenied).By("0000:00:02.0");

            loan.Unmap();
            Assert.AreEqual(DmaStatus.UnsupportedRequest, hidden.Writes(loan.Iova, "late"u8));
            LocalIrq.Restore(LocalIrq.Save());
            Assert.AreEqual("0000:01:00.0", machine.Machine.IommuFaults.Snapshot()[1].DeviceName);
            machine.Memory.Kfree(buffer);
        });
    }

    [TestMethod]
    public void ABridgeThatMayNotMasterTheBus_HoldsBackWhatLiesBehindIt()
    {
        var (bridge, hidden) = (new PciBridge(), new DmaProbe());
        bridge.Attach(hidden);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(bridge, BridgePlace));
        machine.Run(() =>
        {
            var device = machine.Kernel.Pci.Devices.Single(device => device.Location == new Bdf(1, 0, 0));
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            device.Dma.TryMap<FromDevice>(buffer, out var loan);
            Assert.AreEqual(DmaStatus.Success, hidden.Writes(loan.Iova, "open"u8));

            bridge.WriteConfig(4, 2, DriverSdk.Contract.Ports.AccessWidth.Word);

            Assert.AreEqual(DmaStatus.UnsupportedRequest, hidden.Writes(loan.Iova, "shut"u8));
            var bytes = new byte[4];
            buffer.CopyTo(bytes);
            CollectionAssert.AreEqual("open"u8.ToArray(), bytes);
            loan.Unmap();
            machine.Memory.Kfree(buffer);
        });
        Assert.AreEqual(0, machine.Machine.IommuFaults.TotalCount);
    }
}
