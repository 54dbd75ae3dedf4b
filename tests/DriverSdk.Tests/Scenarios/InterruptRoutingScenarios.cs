using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class InterruptRoutingScenarios
{
    [TestMethod]
    public void EachMsixVector_ComesToItsOwnCpu_OnEveryMachine() => EveryMachine.Runs(
        builder => builder.WithCpus(3).Attach(new StampDevice(InterruptKind.Msix, vectors: 4), new Bdf(0, 5, 0)),
        machine =>
        {
            var driver = new StampDriver(vectors: 4);
            machine.Run(() =>
            {
                machine.Kernel.Pci.RegisterDriver(driver);
                var stamp = driver.Devices.Single();
                for (var vector = 0; vector < 4; vector++)
                    CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), stamp.Stamp(vector));

                CollectionAssert.AreEqual(
                    new[] { (0, 0, KernelContexts.Hardirq), (1, 1, KernelContexts.Hardirq), (2, 2, KernelContexts.Hardirq), (3, 0, KernelContexts.Hardirq) },
                    stamp.Interrupts);
                machine.Kernel.Pci.UnregisterDriver(driver);
            });
            machine.ShouldReportNothing();
        });

    [TestMethod]
    public void TwoFunctionsOnOneLine_EachGetTheirOwnInterrupt_OnEveryMachine() => EveryMachine.Runs(
        builder => builder.Attach(new StampDevice(InterruptKind.Line), new Bdf(0, 5, 0)).Attach(new StampDevice(InterruptKind.Line), new Bdf(0, 5, 1)),
        machine =>
        {
            var driver = new StampDriver();
            machine.Run(() =>
            {
                machine.Kernel.Pci.RegisterDriver(driver);
                var (first, second) = (driver.Devices[0], driver.Devices[1]);
                Assert.AreEqual(first.Device.IrqVector(0), second.Device.IrqVector(0), "one pin, one irq");

                for (var i = 0; i < 3; i++)
                {
                    CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), first.Stamp());
                    CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), second.Stamp());
                }

                Assert.HasCount(3, first.Interrupts);
                Assert.HasCount(3, second.Interrupts);
                machine.Kernel.Pci.UnregisterDriver(driver);
            });
            machine.ShouldReportNothing();
        });
}
