using System.Buffers.Binary;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Pci;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Stories of interrupts that go through the unit's table: a device can send only what its driver was given.</summary>
[TestClass]
public sealed class InterruptRemappingScenarios
{
    private static readonly Bdf OtherPlace = new(0, 6, 0);

    [TestMethod]
    public void EachVectorOfADriver_HasAnEntryThatOnlyItsDeviceMayUse_OnEveryMachine() => EveryMachine.Runs(
        builder => builder.WithCpus(2).Attach(new StampDevice(InterruptKind.Msix, vectors: 2), new Bdf(0, 5, 0)),
        machine =>
        {
            var driver = new StampDriver(vectors: 2);
            machine.Run(() =>
            {
                machine.Kernel.Pci.RegisterDriver(driver);
                var stamp = driver.Devices.Single();
                stamp.Stamp(0);
                stamp.Stamp(1);
                Assert.AreEqual(2, machine.Kernel.Iommu.Interrupts.Count);
                for (var vector = 0; vector < 2; vector++)
                {
                    var entry = EntryOf(machine, stamp.Device, vector);
                    Assert.AreEqual(new Bdf(0, 5, 0), entry.Source);
                    Assert.AreEqual((byte)vector, entry.Destination, "vector n comes to CPU n");
                }

                machine.Kernel.Pci.UnregisterDriver(driver);
                Assert.AreEqual(0, machine.Kernel.Iommu.Interrupts.Count);
            });
            Assert.AreEqual(2, machine.Machine.Board.Unit!.Interrupts.CaptureStatistics().Remapped);
            machine.ShouldReportNothing();
        });

    [TestMethod]
    public void ALineGoesThroughTheTableToo_OnEveryMachine() => EveryMachine.Runs(
        builder => builder.Attach(new StampDevice(InterruptKind.Line), new Bdf(0, 5, 0)),
        machine =>
        {
            var driver = new StampDriver();
            machine.Run(() =>
            {
                machine.Kernel.Pci.RegisterDriver(driver);
                var stamp = driver.Devices.Single();
                CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), stamp.Stamp());
                CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), stamp.Stamp());
                Assert.AreEqual(1, machine.Kernel.Iommu.Interrupts.Count);
                machine.Kernel.Pci.UnregisterDriver(driver);
                Assert.AreEqual(0, machine.Kernel.Iommu.Interrupts.Count);
            });
            Assert.AreEqual(2, machine.Machine.Board.Unit!.Interrupts.CaptureStatistics().Remapped);
        });

    [TestMethod]
    public void ADeviceThatForgesAnothersInterrupt_IsRefused_AndTheKernelSaysWho()
    {
        var other = new DmaProbe();
        using var machine = TestMachine.WithIommu(builder => builder.Attach(other, OtherPlace));
        var count = 0;
        machine.Run(() =>
        {
            using var irq = Listen(machine, () => Interlocked.Increment(ref count));
            Assert.AreEqual(DmaStatus.UnsupportedRequest, Send(other, irq.Message));
            TakeInterrupts();
            Assert.AreEqual(0, Volatile.Read(ref count));

            machine.Probe.Interrupts();
            TakeInterrupts();
            Assert.AreEqual(1, Volatile.Read(ref count));
        });
        var fault = machine.Machine.IommuFaults.Snapshot().Single();
        Assert.AreEqual(FaultReason.InterruptSourceDenied, fault.Reason);
        Assert.AreEqual("0000:00:06.0", fault.DeviceName);
    }

    [TestMethod]
    public void AMessageThatNamesCpuAndVectorItself_IsBlocked()
    {
        using var machine = TestMachine.WithIommu();
        var count = 0;
        machine.Run(() =>
        {
            using var irq = Listen(machine, () => Interlocked.Increment(ref count));
            Assert.AreEqual(DmaStatus.UnsupportedRequest, Send(machine.Probe, InterruptMessage.To((byte)irq.Target.ApicId, irq.Target.Vector)));
            TakeInterrupts();
            Assert.AreEqual(0, Volatile.Read(ref count));
        });
        Assert.AreEqual(FaultReason.CompatibilityInterruptBlocked, machine.Machine.IommuFaults.Snapshot().Single().Reason);
    }

    [TestMethod]
    public void AMessageAfterItsInterruptWasGivenBack_IsRefused()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            InterruptMessage message;
            using (var irq = Listen(machine, () => { }))
            {
                machine.Probe.Interrupts();
                TakeInterrupts();
                message = irq.Message;
            }

            Assert.AreEqual(DmaStatus.UnsupportedRequest, Send(machine.Probe, message));
        });
        Assert.AreEqual(FaultReason.InterruptEntryNotPresent, machine.Machine.IommuFaults.Snapshot().Single().Reason);
    }

    [TestMethod]
    public void BehindABridgeToConventionalPci_TheBridgesIdMaySendIt_AndAnotherBusMayNot()
    {
        var (bridge, stamp, other) = (new PciBridge(kind: BridgeKind.ExpressToPci), new StampDevice(InterruptKind.Msi), new DmaProbe());
        bridge.Attach(stamp, device: 3);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(bridge, new Bdf(0, 4, 0)).Attach(other, OtherPlace));
        var driver = new StampDriver();
        machine.Run(() =>
        {
            machine.Kernel.Pci.RegisterDriver(driver);
            var bound = driver.Devices.Single();
            CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), bound.Stamp());
            Assert.AreEqual(SourceValidation.BusRange, EntryOf(machine, bound.Device, 0).Validation);
            var irq = bound.Device.IrqVector(0);
            Assert.AreEqual(DmaStatus.UnsupportedRequest, Send(other, machine.Kernel.Iommu.Interrupts.MessageFor(irq, machine.Kernel.Interrupts.TargetOf(irq))));
            machine.Kernel.Pci.UnregisterDriver(driver);
        });
        Assert.AreEqual(FaultReason.InterruptSourceDenied, machine.Machine.IommuFaults.Snapshot().Single().Reason);
    }

    [TestMethod]
    public void EachOfTwoUnits_RemapsTheInterruptsOfItsOwnDevices()
    {
        var stamp = new StampDevice(InterruptKind.Msi);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(stamp, OtherPlace).WithIommuFor(new RemappingUnitOptions(), stamp));
        var driver = new StampDriver();
        machine.Run(() =>
        {
            machine.Kernel.Pci.RegisterDriver(driver);
            CollectionAssert.AreEqual(StampDevice.Mark.ToArray(), driver.Devices.Single().Stamp());
            machine.Kernel.Pci.UnregisterDriver(driver);
        });
        CollectionAssert.AreEqual(new long[] { 0, 1 }, machine.Machine.Board.Units.Select(unit => unit.Interrupts.CaptureStatistics().Remapped).ToArray());
        Assert.AreEqual(0, machine.Machine.IommuFaults.TotalCount);
    }

    [TestMethod]
    public void WithoutRemapping_MessagesNameTheCpu_AndAnybodyMaySendThem()
    {
        var other = new DmaProbe();
        using var machine = TestMachine.WithIommu(builder => builder.WithIommu(new RemappingUnitOptions { InterruptRemapping = false }).Attach(other, OtherPlace));
        var count = 0;
        machine.Run(() =>
        {
            using var irq = Listen(machine, () => Interlocked.Increment(ref count));
            Assert.AreEqual(0, machine.Kernel.Iommu.Interrupts.Count);
            Assert.AreEqual(DmaStatus.Success, Send(other, irq.Message));
            TakeInterrupts();
            Assert.AreEqual(1, Volatile.Read(ref count));
        });
    }

    // Enabling interrupts is a point at which this CPU takes what has arrived.
    private static void TakeInterrupts() => LocalIrq.Restore(LocalIrq.Save());

    private static DmaStatus Send(DmaProbe probe, InterruptMessage message)
    {
        var data = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(data, message.Data);
        return probe.Writes(new Iova(message.Address.Value), data);
    }

    private static InterruptEntry EntryOf(TestMachine machine, PciDevice device, int vector)
    {
        var irq = device.IrqVector(vector);
        var message = machine.Kernel.Iommu.Interrupts.MessageFor(irq, machine.Kernel.Interrupts.TargetOf(irq));
        Assert.IsTrue(message.IsRemappable);
        return machine.Kernel.Iommu.Unit!.InterruptEntries!.Read(new RemappableMessage(message).Handle);
    }

    private static ProbeInterrupt Listen(TestMachine machine, Action handle) => new(machine, handle);

    /// <summary>The probe's interrupt, as its driver has it.</summary>
    private sealed class ProbeInterrupt : IDisposable
    {
        private readonly PciDevice _device;
        private readonly IrqRegistration _registration;

        public ProbeInterrupt(TestMachine machine, Action handle)
        {
            _device = machine.Device;
            Assert.IsFalse(_device.AllocIrqVectors(1, 1).IsError);
            var irq = _device.IrqVector(0);
            Target = machine.Kernel.Interrupts.TargetOf(irq);
            Message = machine.Kernel.Iommu.Interrupts.MessageFor(irq, Target);
            machine.Kernel.Interrupts.RequestIrq(irq, "probe", _ =>
            {
                handle();
                return IrqReturn.Handled;
            }, out var registration);
            _registration = registration!;
        }

        public InterruptTarget Target { get; }

        public InterruptMessage Message { get; }

        public void Dispose()
        {
            _device.Kernel.Interrupts.FreeIrq(_registration);
            _device.FreeIrqVectors();
        }
    }
}
