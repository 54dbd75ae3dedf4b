using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Scenarios;

/// <summary>Stories of groups, domains and several units.</summary>
[TestClass]
public sealed class IommuGroupScenarios
{
    private const ulong Page = 4096;
    private static readonly Bdf BridgePlace = new(0, 4, 0);
    private static readonly Bdf OtherPlace = new(0, 6, 0);
    private static readonly Iova Somewhere = new(0x7000_0000);

    [TestMethod]
    public void EachOfTwoUnits_TranslatesItsOwnDevices_AndForgetsForThem()
    {
        var other = new DmaProbe();
        using var machine = TestMachine.WithIommu(builder => builder.Attach(other, OtherPlace).WithIommuFor(new RemappingUnitOptions(), other));
        machine.Run(() =>
        {
            var device = DeviceAt(machine, OtherPlace);
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.HasCount(2, machine.Kernel.Iommu.Units);
            Assert.IsTrue(device.Dma.TryMap<FromDevice>(buffer, out var loan));
            Assert.IsTrue(machine.Device.Dma.TryMap<FromDevice>(buffer, out var first));

            Assert.AreEqual(DmaStatus.Success, other.Writes(loan.Iova, "other"u8));
            machine.DeviceWrites(first.Iova, "first"u8).ShouldLand();

            loan.Unmap();
            Assert.AreEqual(DmaStatus.UnsupportedRequest, other.Writes(loan.Iova, "late"u8));
            machine.DeviceWrites(first.Iova, "still"u8).ShouldLand();
            first.Unmap();
            machine.Memory.Kfree(buffer);
        });
        CollectionAssert.AreEqual(new long[] { 0, 1 }, machine.Machine.Board.Units.Select(unit => unit.CaptureStatistics().Faults).ToArray());
        Assert.AreEqual("0000:00:06.0", machine.Machine.IommuFaults.Snapshot().Single().DeviceName);
        Assert.IsEmpty(machine.Kernel.Iommu.Problems.All);
    }

    [TestMethod]
    public void AUnitForABridge_GetsWhatLiesBehindIt_ButForADeviceWithAUnitOfItsOwn()
    {
        var (bridge, near, far) = (new PciBridge(), new DmaProbe(), new DmaProbe());
        bridge.Attach(near);
        bridge.Attach(far, device: 1);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(bridge, BridgePlace)
            .WithIommuFor(new RemappingUnitOptions(), bridge).WithIommuFor(new RemappingUnitOptions { AddressWidth = 39 }, far));
        machine.Run(() =>
        {
            foreach (var probe in new[] { near, far, machine.Probe })
                Assert.AreEqual(DmaStatus.UnsupportedRequest, probe.Writes(Somewhere, "x"u8));
            Assert.AreEqual(3, machine.Kernel.Iommu.DomainOf(new Bdf(1, 1, 0))!.Levels);
            Assert.AreEqual(4, machine.Kernel.Iommu.DomainOf(new Bdf(1, 0, 0))!.Levels);
        });
        CollectionAssert.AreEqual(new long[] { 1, 1, 1 }, machine.Machine.Board.Units.Select(unit => unit.CaptureStatistics().Faults).ToArray());
    }

    [TestMethod]
    public void OneDomainServesDevicesOfTwoUnits_AndAnUnmapReachesBoth()
    {
        var other = new DmaProbe();
        var client = new RemappingUnitOptions { AddressWidth = 39, LargePages = LargePages.Size2M };
        using var machine = TestMachine.WithIommu(builder => builder.Attach(other, OtherPlace).WithIommuFor(client, other));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Release(machine);
            Assert.AreEqual(Errno.Success, core.CreateDomain([TestMachine.ProbePlace, OtherPlace], out var domain));
            Assert.AreEqual((3, LargePages.Size2M), (domain!.Levels, domain.Features.LargePages));
            Assert.AreEqual(Errno.Success, core.AttachDevice(TestMachine.ProbePlace, domain));
            Assert.AreEqual(Errno.Success, core.AttachDevice(OtherPlace, domain));
            Assert.AreEqual(Errno.Success, domain.Map(Somewhere, new PhysAddr(0x20_0000), Page, IommuAccess.ReadWrite));

            Assert.AreEqual(DmaStatus.Success, machine.Probe.Writes(Somewhere, "one"u8));
            Assert.AreEqual(DmaStatus.Success, other.Writes(Somewhere, "two"u8));

            Assert.AreEqual(Page, domain.Unmap(Somewhere, Page));
            Assert.AreEqual(DmaStatus.UnsupportedRequest, machine.Probe.Writes(Somewhere, "one"u8));
            Assert.AreEqual(DmaStatus.UnsupportedRequest, other.Writes(Somewhere, "two"u8));

            Assert.ThrowsExactly<InvalidOperationException>(() => core.Destroy(domain));
            core.DetachGroup(TestMachine.ProbePlace);
            core.DetachGroup(OtherPlace);
            core.Destroy(domain);
        });
    }

    [TestMethod]
    public void ADomainThatAUnitCannotWalk_IsNotAttached_AndTheDeviceStaysWhereItWas()
    {
        var other = new DmaProbe();
        var client = new RemappingUnitOptions { AddressWidth = 39, LargePages = LargePages.Size2M };
        using var machine = TestMachine.WithIommu(builder => builder.Attach(other, OtherPlace).WithIommuFor(client, other));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Release(machine);
            Assert.AreEqual(Errno.Success, core.CreateDomain([TestMachine.ProbePlace], out var domain));
            Assert.AreEqual(Errno.Success, core.AttachDevice(TestMachine.ProbePlace, domain!));
            var before = core.DomainOf(OtherPlace);

            Assert.AreEqual(Errno.Invalid, core.AttachDevice(OtherPlace, domain!));

            Assert.AreSame(before, core.DomainOf(OtherPlace));
            Assert.AreEqual(Errno.Busy, core.AttachDevice(TestMachine.ProbePlace, domain!), "it is in somebody's domain already");
        });
    }

    [TestMethod]
    public void DevicesBehindABridgeToPci_ShareIdAndGroup_AndNobodyKnowsWhoItWas()
    {
        var (bridge, first, second) = (new PciBridge(kind: BridgeKind.ExpressToPci), new DmaProbe(), new DmaProbe());
        bridge.Attach(first, device: 1);
        bridge.Attach(second, device: 2);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(bridge, BridgePlace));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Assert.AreEqual(new Bdf(1, 0, 0), first.RequesterId);
            Assert.AreEqual(first.RequesterId, second.RequesterId);
            Assert.AreSame(core.GroupOf(new Bdf(1, 1, 0)), core.GroupOf(new Bdf(1, 2, 0)));
            Assert.AreNotSame(core.GroupOf(new Bdf(1, 1, 0)), core.GroupOf(TestMachine.ProbePlace));
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.IsTrue(DeviceAt(machine, new Bdf(1, 1, 0)).Dma.TryMap<FromDevice>(buffer, out var loan));

            Assert.AreEqual(DmaStatus.Success, first.Writes(loan.Iova, "mine"u8));
            Assert.AreEqual(DmaStatus.Success, second.Writes(loan.Iova, "mine too"u8), "nothing can keep it out");

            loan.Unmap();
            Assert.AreEqual(DmaStatus.UnsupportedRequest, second.Writes(loan.Iova, "late"u8));
            LocalIrq.Restore(LocalIrq.Save());
            Assert.AreEqual("0000:01:01.0 or 0000:01:02.0", machine.Machine.IommuFaults.Snapshot().Single().DeviceName);
            machine.Memory.Kfree(buffer);
        });
    }

    [TestMethod]
    public void OneOfSeveralDevicesOfAGroup_IsNotAttachedAlone_ButTheGroupIs()
    {
        var (first, second) = (new DmaProbe(), new DmaProbe());
        using var machine = TestMachine.WithIommu(builder => builder.Attach(first, OtherPlace).Attach(second, new Bdf(0, 6, 1)));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Release(machine);
            Assert.HasCount(2, core.GroupOf(OtherPlace)!.Members);
            Assert.AreEqual(Errno.Success, core.CreateDomain([OtherPlace], out var domain));
            Assert.AreEqual(Errno.Success, domain!.Map(Somewhere, new PhysAddr(0x20_0000), Page, IommuAccess.ReadWrite));

            Assert.AreEqual(Errno.Invalid, core.AttachDevice(OtherPlace, domain));
            Assert.AreEqual(Errno.Success, core.AttachGroup(OtherPlace, domain));

            Assert.AreEqual(DmaStatus.Success, first.Writes(Somewhere, "a"u8));
            Assert.AreEqual(DmaStatus.Success, second.Writes(Somewhere, "b"u8));
            core.DetachGroup(OtherPlace);
            core.Destroy(domain);
        });
    }

    [TestMethod]
    public void FirmwareGoesOnUsingItsMemory_ThroughBoot_Binding_AndTheDriversEnd()
    {
        var keyboard = new DmaProbe();
        var memory = new AddressRange<PhysAddr>(new PhysAddr(0x8_0000), 2 * Page);
        using var machine = TestMachine.WithIommu(builder => builder.Attach(keyboard, OtherPlace).WithFirmwareMemory(memory, keyboard));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            var last = new Iova(memory.Last.Value - 7);
            Assert.AreEqual(DmaStatus.Success, keyboard.Writes(last, "firmware"u8));
            machine.DeviceWrites(last, "no"u8).ShouldFault(FaultReason.WriteDenied);
            CollectionAssert.AreEqual(
                new[] { ReservedRegionType.Direct, ReservedRegionType.Reserved, ReservedRegionType.Msi },
                core.GetReservedRegions(OtherPlace).Select(region => region.Type).ToArray());

            Release(machine);
            DeviceAt(machine, OtherPlace).SetMaster();
            Assert.AreEqual(DmaStatus.Success, keyboard.Writes(last, "go on.."u8));
            Assert.AreEqual(Errno.Invalid, core.ClaimByUser(OtherPlace, this), "a device that firmware uses cannot be blocked");
        });
        Assert.IsEmpty(machine.Kernel.Iommu.Problems.All);
    }

    [TestMethod]
    public void ADriverThatLeaves_LeavesNothingThatItsDeviceReaches_UntilTheNextOneComes()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.IsTrue(machine.Device.Dma.TryMap<FromDevice>(buffer, out var forgotten));
            Release(machine);
            machine.Device.SetMaster();

            machine.DeviceWrites(forgotten.Iova, "late"u8).ShouldFault(FaultReason.ContextEntryNotPresent);

            Assert.AreEqual(Errno.Success, machine.Kernel.Pci.RegisterDriver(machine.Driver));
            Assert.IsTrue(machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan));
            machine.DeviceWrites(loan.Iova, "again"u8).ShouldLand();
        });
    }

    [TestMethod]
    public void AUserAndADriver_NeverHaveAGroupAtOnce()
    {
        using var machine = TestMachine.WithIommu();
        var (user, stranger) = (new object(), new object());
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Assert.AreEqual(Errno.NotPermitted, core.ClaimByUser(TestMachine.ProbePlace, user));
            Assert.AreEqual(Errno.Busy, core.SetDefaultDomain(TestMachine.ProbePlace, DefaultDomain.Identity));
            Release(machine);

            Assert.AreEqual(Errno.Success, core.ClaimByUser(TestMachine.ProbePlace, user));
            Assert.AreEqual(Errno.Success, core.ClaimByUser(TestMachine.ProbePlace, user));
            Assert.AreEqual(Errno.NotPermitted, core.ClaimByUser(TestMachine.ProbePlace, stranger));
            Assert.AreEqual(Errno.Busy, machine.Kernel.Pci.RegisterDriver(machine.Driver));
            Assert.IsNull(machine.Device.Driver);
            machine.Kernel.Pci.UnregisterDriver(machine.Driver);
            Assert.AreEqual(DomainType.Blocked, core.DomainOf(TestMachine.ProbePlace)!.Type);

            core.ReleaseByUser(TestMachine.ProbePlace);
            Assert.AreEqual(DomainType.Blocked, core.DomainOf(TestMachine.ProbePlace)!.Type, "one claim is left");
            core.ReleaseByUser(TestMachine.ProbePlace);
            Assert.AreEqual(DomainType.Dma, core.DomainOf(TestMachine.ProbePlace)!.Type);
            Assert.AreEqual(Errno.Success, machine.Kernel.Pci.RegisterDriver(machine.Driver));
        });
    }

    [TestMethod]
    public void ADeviceThatIsUnplugged_ReachesNothing_AndItsDomainEnds()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            var domain = core.DomainOf(TestMachine.ProbePlace)!;
            machine.Kernel.Pci.RemoveDevice(machine.Device);

            Assert.IsNull(core.GroupOf(TestMachine.ProbePlace));
            Assert.IsFalse(domain.IsInUse);
            Assert.DoesNotContain(machine.Device, machine.Kernel.Pci.Devices);
            Assert.ThrowsExactly<ArgumentException>(() => machine.Kernel.Pci.RemoveDevice(machine.Device));
            machine.Machine.Board.RootComplex.Detach(machine.Probe);
            Assert.AreEqual(DmaStatus.UnsupportedRequest, machine.Probe.Writes(Somewhere, "gone"u8));
        });
    }

    [TestMethod]
    public void AResetDevice_IsInItsDomainAgain_WithItsAddresses()
    {
        using var machine = TestMachine.WithIommu();
        machine.Run(() =>
        {
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.IsTrue(machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan));
            var contexts = machine.Machine.Board.Unit!.CaptureStatistics().ContextInvalidations;

            Assert.AreEqual(Errno.Success, machine.Device.ResetFunction());

            Assert.IsGreaterThan(contexts, machine.Machine.Board.Unit.CaptureStatistics().ContextInvalidations, "it was blocked meanwhile");
            machine.DeviceWrites(loan.Iova, "after"u8).ShouldLand();
            Assert.AreEqual(Errno.Success, machine.Device.AllocIrqVectors(1, 1));
            Assert.AreEqual(Errno.Busy, machine.Device.ResetFunction());
            machine.Device.FreeIrqVectors();
            loan.Unmap();
            machine.Memory.Kfree(buffer);
        });
    }

    [TestMethod]
    public void APassThroughDevice_UsesPhysicalAddresses_BesideOneThatIsTranslated()
    {
        var trusted = new DmaProbe();
        using var machine = TestMachine.WithIommu(builder => builder.Attach(trusted, OtherPlace).WithDefaultDomain(DefaultDomain.Identity, OtherPlace));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            Assert.IsTrue(DeviceAt(machine, OtherPlace).Dma.TryMap<FromDevice>(buffer, out var loan));
            Assert.IsTrue(machine.Memory.TryTranslate(buffer.Address, out var physical));
            Assert.AreEqual(physical.Value, loan.Iova.Value);
            Assert.AreEqual(DmaStatus.Success, trusted.Writes(loan.Iova, "direct"u8));
            machine.DeviceWrites(loan.Iova, "no"u8).ShouldFault(FaultReason.WriteDenied);

            var identity = core.DomainOf(OtherPlace)!;
            Assert.IsTrue(identity.IovaToPhys(Somewhere, out physical));
            Assert.AreEqual(Somewhere.Value, physical.Value);
            Assert.AreEqual(Errno.Invalid, identity.Map(Somewhere, physical, Page, IommuAccess.Read));
            Assert.IsFalse(core.DomainOf(TestMachine.ProbePlace)!.IovaToPhys(Somewhere, out _));
            Assert.AreEqual(Errno.NotSupported, core.DomainOf(TestMachine.ProbePlace)!.SetDirtyTracking(DirtyTracking.On));
            loan.Unmap();
            machine.Memory.Kfree(buffer);
        });
    }

    [TestMethod]
    public void PassThroughOfOneDevice_OutlivesThatOfAnother()
    {
        using var machine = TestMachine.WithIommu(builder => builder.Attach(new DmaProbe(), OtherPlace).WithDefaultDomain(DefaultDomain.Identity));
        machine.Run(() =>
        {
            var core = machine.Kernel.Iommu;
            Release(machine);
            Assert.AreEqual(Errno.Success, core.SetDefaultDomain(OtherPlace, DefaultDomain.Dma));
            Assert.AreEqual(DomainType.Dma, core.DomainOf(OtherPlace)!.Type);
            Assert.AreEqual(Errno.Success, core.SetDefaultDomain(OtherPlace, DefaultDomain.Identity));

            machine.Kernel.Pci.RemoveDevice(DeviceAt(machine, OtherPlace));

            Assert.AreEqual(Errno.Success, machine.Kernel.Pci.RegisterDriver(machine.Driver));
            Assert.AreEqual(DomainType.Identity, core.DomainOf(TestMachine.ProbePlace)!.Type);
        });
    }

    [TestMethod]
    public void PassThroughOnAUnitThatCannot_IsADomainOfItsOwn_AndSaysSo()
    {
        using var machine = TestMachine.WithIommu(new RemappingUnitOptions { PassThrough = false }, builder => builder.WithDefaultDomain(DefaultDomain.Identity));
        Assert.AreEqual(DomainType.Dma, machine.Kernel.Iommu.DomainOf(TestMachine.ProbePlace)!.Type);
        Assert.IsTrue(machine.Kernel.Iommu.Problems.All.Any(problem => problem.StartsWith("Device '0000:00:02.0' was to use physical addresses", StringComparison.Ordinal)));
    }

    private static PciDevice DeviceAt(TestMachine machine, Bdf place) => machine.Kernel.Pci.Devices.Single(device => device.Location == place);

    /// <summary>Takes the driver off every probe, and gives them back their way to memory, which a driver's end takes away.</summary>
    private static void Release(TestMachine machine)
    {
        machine.Kernel.Pci.UnregisterDriver(machine.Driver);
        foreach (var device in machine.Kernel.Pci.Devices.Where(device => device.VendorId == DmaProbe.VendorId))
            device.SetMaster();
    }
}
