using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Hardware.Dma;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

[TestClass]
public sealed class IommuScenarios
{
    [TestMethod]
    public void AChangedEntryStaysUsable_UntilItsInvalidation_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine => machine.Run(() =>
    {
        var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
        machine.Device.Dma.TryMapPages<FromDevice>(pages, out var loan);
        machine.DeviceWrites(loan.Iova, "first"u8).ShouldLand().ShouldMiss();
        machine.DeviceWrites(loan.Iova, "again"u8).ShouldLand().ShouldHit();

        var domain = machine.Kernel.Iommu.DomainOf(TestMachine.ProbePlace)!;
        var gather = default(IotlbGather);
        domain.Unmap(loan.Iova, 4096, ref gather);
        machine.DeviceWrites(loan.Iova, "stale"u8).ShouldLand().ShouldHit();

        domain.Flush(ref gather);
        machine.DeviceWrites(loan.Iova, "never"u8).ShouldFault(FaultReason.WriteDenied).At(loan.Iova).By("0000:00:02.0");
        var bytes = new byte[5];
        pages.Buffer.CopyTo(bytes);
        CollectionAssert.AreEqual("stale"u8.ToArray(), bytes);
    }));

    [TestMethod]
    public void AfterUnmapTheDeviceIsRefused_AndTheLogNamesDeviceAndAddress_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine =>
    {
        machine.Run(() =>
        {
            var buffer = machine.Memory.Kmalloc(300, Gfp.Kernel);
            machine.Device.Dma.TryMap<Bidirectional>(buffer, out var loan);
            machine.DeviceWrites(loan.Iova, "landed"u8).ShouldLand();
            loan.Unmap();

            machine.DeviceWrites(loan.Iova, "refused"u8).ShouldFault(FaultReason.WriteDenied).At(loan.Iova).By("0000:00:02.0");
            machine.DeviceReads(loan.Iova, new byte[6]).ShouldFault(FaultReason.ReadDenied).At(loan.Iova);

            var bytes = new byte[6];
            buffer.CopyTo(bytes);
            CollectionAssert.AreEqual("landed"u8.ToArray(), bytes);
            machine.Memory.Kfree(buffer);
        });
        var page = new Iova(machine.Machine.IommuFaults.Snapshot()[0].Page.Value);
        Assert.AreEqual(
            $"device '0000:00:02.0' was refused a write of {page}: {FaultSpec.Of(FaultReason.WriteDenied)}",
            machine.Machine.IommuFaults.Snapshot()[0].ToString());
        machine.ShouldReportNothing();
    });

    [TestMethod]
    public void TheFaultInterrupt_ReachesTheKernelsHandlerOnItsCpu()
    {
        using var machine = TestMachine.Deterministic(3);
        var contexts = new List<(int Cpu, KernelContexts Context)>();
        machine.Machine.IommuFaults.Recorded = _ => contexts.Add((Cpu.Current.Index, Cpu.Current.Context));
        machine.Run(() =>
        {
            for (var i = 0; i < 3; i++)
                machine.DeviceWrites(new Iova(0x5000), "x"u8).ShouldFault(FaultReason.WriteDenied);
        });

        CollectionAssert.AreEqual(Enumerable.Repeat((0, KernelContexts.Hardirq), 3).ToArray(), contexts);
        var line = machine.Kernel.Interrupts.Statistics.Single(irq => irq.Names == "dmar0");
        Assert.AreEqual(3, line.Count);
        Assert.AreEqual(0, line.Unhandled);
    }

    [TestMethod]
    public void AnUnmapReturns_OnlyWhenNoTransferIsUnderWayAnyMore()
    {
        var device = new SlowDevice();
        using var machine = TestMachine.WithIommu(builder => builder.Attach(device, new Bdf(0, 6, 0)));
        machine.Run(() =>
        {
            var pci = machine.Kernel.Pci.Devices.Single(found => found.Location == new Bdf(0, 6, 0));
            pci.SetMaster();
            var pages = machine.Memory.AllocPages(0, Gfp.Kernel);
            pci.Dma.TryMapPages<FromDevice>(pages, out var loan);
            using var unmapped = new ManualResetEventSlim();
            var transfer = device.BeginWrite(loan.Iova, () => unmapped.Wait(TimeSpan.FromMilliseconds(50)));

            loan.Unmap();
            unmapped.Set();

            Assert.AreEqual(DmaStatus.Success, transfer.Result.Status);
            Assert.IsFalse(transfer.Result.WasOver, "the unmap returned while the device was still writing");
            Assert.AreEqual(DmaStatus.UnsupportedRequest, device.BeginWrite(loan.Iova, () => false).Result.Status);
            machine.Memory.FreePages(pages);
        });
        machine.ShouldReportNothing();
    }

    [TestMethod]
    public void ABlockedDeviceReachesNothing_WhateverIsMapped_UntilItIsLetIn_OnEveryMachine() => EveryMachine.Runs(_ => { }, machine => machine.Run(() =>
    {
        var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
        machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
        machine.DeviceWrites(loan.Iova, "before"u8).ShouldLand();

        machine.Kernel.Iommu.Block(TestMachine.ProbePlace);
        machine.DeviceWrites(loan.Iova, "blocked"u8).ShouldFault(FaultReason.ContextEntryNotPresent).By("0000:00:02.0");

        machine.Kernel.Iommu.Unblock(TestMachine.ProbePlace);
        machine.DeviceWrites(loan.Iova, "after"u8).ShouldLand();
        loan.Unmap();
        machine.Memory.Kfree(buffer);
    }));

    [TestMethod]
    public void ADeviceThatMayNotMasterTheBus_SendsNothing_NeitherDataNorInterrupts()
    {
        using var machine = TestMachine.Deterministic(1);
        machine.Run(() =>
        {
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
            Assert.AreEqual(DriverSdk.Kernel.Errno.Success, machine.Device.AllocIrqVectors(1, 1));
            var irq = machine.Device.IrqVector(0);

            machine.Device.ClearMaster();
            machine.DeviceWrites(loan.Iova, "gated"u8).ShouldNotReachTheIommu();
            machine.Probe.Interrupts();
            Assert.AreEqual(0, machine.Kernel.Interrupts.Statistics.Single(line => line.Irq == irq).Count);

            machine.Device.SetMaster();
            machine.DeviceWrites(loan.Iova, "open"u8).ShouldLand();
            machine.Device.FreeIrqVectors();
            loan.Unmap();
            machine.Memory.Kfree(buffer);
        });
        Assert.AreEqual(0, machine.Machine.IommuFaults.TotalCount);
    }

    [TestMethod]
    public void MoreFaultsThanRecords_AreCountedAsAnOverflow()
    {
        var other = new DmaProbe();
        var unit = new DriverSdk.Hardware.Iommu.RemappingUnitOptions { FaultRecordCount = 1 };
        using var machine = TestMachine.WithIommu(unit, builder => builder.Deterministic(1).Attach(other, new Bdf(0, 6, 0)));
        machine.Run(() =>
        {
            using (DriverSdk.Kernel.Locking.LocalIrq.Hold())
            {
                machine.Probe.Writes(new Iova(0x1000), "a"u8);
                other.Writes(new Iova(0x2000), "b"u8);
            }
        });
        Assert.AreEqual(1, machine.Machine.IommuFaults.TotalCount);
        Assert.AreEqual(1, machine.Machine.IommuFaults.OverflowCount);
        Assert.AreEqual(new Iova(0x1000), machine.Machine.IommuFaults.Snapshot()[0].Page);
        machine.DeviceWrites(new Iova(0x3000), "c"u8).ShouldFault(FaultReason.WriteDenied).At(new Iova(0x3000));
    }

    [TestMethod]
    public void AFaultLostWhileTheKernelReadsTheRecords_DoesNotMakeItDeaf()
    {
        var other = new DmaProbe();
        var unit = new DriverSdk.Hardware.Iommu.RemappingUnitOptions { FaultRecordCount = 1 };
        var tap = new FaultWhileReading(() => other.Writes(new Iova(0x2000), "b"u8));
        using var machine = TestMachine.WithIommu(unit, builder => builder.Deterministic(1).WithTap(tap).Attach(other, new Bdf(0, 6, 0)));
        tap.Arm();
        machine.DeviceWrites(new Iova(0x1000), "a"u8).ShouldFault(FaultReason.WriteDenied);

        Assert.AreEqual(1, machine.Machine.IommuFaults.OverflowCount);
        machine.DeviceWrites(new Iova(0x3000), "c"u8).ShouldFault(FaultReason.WriteDenied).At(new Iova(0x3000));
    }
}
