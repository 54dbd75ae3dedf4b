using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;
using DriverSdk.Tests.Hardware.Pci;

namespace DriverSdk.Tests.Kernel.Pci;

/// <summary>Probe and remove on a whole machine, with devices whose insides the test reaches.</summary>
[TestClass]
public sealed class PciBindingTests
{
    private static readonly Bdf Place = new(0, 3, 0);

    [TestMethod]
    public void Probe_Fails_ReleasesWhatWasManaged_LastFirst()
    {
        using var machine = MachineWith(new ProbeDevice());
        var released = new List<string>();
        machine.Run(kernel =>
        {
            var driver = new CallbackDriver(device =>
            {
                device.Managed.Add(() => released.Add("first"));
                device.Managed.Add(() => released.Add("second"));
                device.DriverData = this;
                return Errno.InputOutput;
            });
            Assert.AreEqual(Errno.InputOutput, kernel.Pci.RegisterDriver(driver));
            Assert.IsNull(Device(kernel).Driver);
            Assert.IsNull(Device(kernel).DriverData);
        });
        CollectionAssert.AreEqual(new[] { "second", "first" }, released);
    }

    [TestMethod]
    public void Remove_IsOver_BeforeAnythingManagedIsReleased()
    {
        using var machine = MachineWith(new ProbeDevice());
        var events = new List<string>();
        machine.Run(kernel =>
        {
            var driver = new CallbackDriver(
                device =>
                {
                    device.Managed.Add(() => events.Add("release"));
                    return Errno.Success;
                },
                _ => events.Add("remove"));
            Assert.AreEqual(Errno.Success, kernel.Pci.RegisterDriver(driver));
            Assert.AreSame(driver, Device(kernel).Driver);
            kernel.Pci.UnregisterDriver(driver);
            Assert.IsNull(Device(kernel).Driver);
        });
        CollectionAssert.AreEqual(new[] { "remove", "release" }, events);
    }

    [TestMethod]
    public void Unregister_AReleaseActionThrows_FreesTheFunctionAllTheSame()
    {
        var hardware = new ProbeDevice();
        using var machine = MachineWith(hardware);
        machine.Run(kernel =>
        {
            var driver = new CallbackDriver(device =>
            {
                device.SetMaster();
                device.Managed.Add(() => throw new InvalidDataException("the test's"));
                return Errno.Success;
            });
            Assert.AreEqual(Errno.Success, kernel.Pci.RegisterDriver(driver));
            Assert.ThrowsExactly<InvalidOperationException>(() => kernel.Pci.UnregisterDriver(driver));
            Assert.IsNull(Device(kernel).Driver);
        });
        Assert.AreNotEqual(DmaStatus.Success, hardware.WriteMemory(0x1000, 1), "it no longer masters the bus");
    }

    [TestMethod]
    public void AllocIrqVectors_BeforeEnableDevice_IsRefused_BecauseTheTableWouldNotAnswer()
    {
        using var machine = MachineWith(new ProbeDevice());
        machine.Run(kernel => Assert.AreEqual(Errno.Invalid, Device(kernel).AllocIrqVectors(1, 1)));
    }

    [TestMethod]
    public void Config_EveryWidth_ReadsTheSameBytes_AndRefusesWhatIsNotAligned()
    {
        using var machine = MachineWith(new ProbeDevice());
        machine.Run(kernel =>
        {
            var device = Device(kernel);
            Assert.AreEqual(0x5678_1234u, device.ReadConfig32(0));
            Assert.AreEqual((ushort)0x5678, device.ReadConfig16(2));
            Assert.AreEqual((byte)0x34, device.ReadConfig8(0));
            device.WriteConfig16(4, 6);
            Assert.AreEqual((ushort)6, device.ReadConfig16(4));
            device.WriteConfig8(4, 0);
            Assert.AreEqual((ushort)0, device.ReadConfig16(4));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.ReadConfig16(1));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.WriteConfig32(2, 0));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => device.ReadConfig8(4096));
        });
    }

    [TestMethod]
    public void Ids_MatchByVendorByDeviceAndByTheBitsOfTheClassThatCount()
    {
        using var machine = MachineWith(new ProbeDevice());
        machine.Run(kernel =>
        {
            var device = Device(kernel);
            PciId[] matching = [default, PciId.Vendor(0x1234), PciId.Device(0x1234, 0x5678), PciId.Class(0xff0000), PciId.Class(0xff1234, 0xff0000)];
            PciId[] other = [PciId.Vendor(0x1235), PciId.Device(0x1234, 0x5679), PciId.Class(0xff0001), PciId.Class(0xfe0000, 0xff0000)];
            Assert.IsTrue(matching.All(id => id.Matches(device)));
            Assert.IsFalse(other.Any(id => id.Matches(device)));
        });
    }

    [TestMethod]
    public void IommuFaults_ADeviceThatReachesForWhatIsNotMapped_IsNamed()
    {
        var hardware = new ProbeDevice();
        using var machine = MachineWith(hardware);
        machine.Run(kernel =>
        {
            Device(kernel).SetMaster();
            Assert.AreEqual(DmaStatus.UnsupportedRequest, hardware.WriteMemory(0x5000, 1));
            kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
        });
        var fault = machine.IommuFaults.Snapshot().Single();
        Assert.AreEqual("0000:00:03.0", fault.DeviceName);
        Assert.AreEqual(new Iova(0x5000), fault.Page);
    }

    [TestMethod]
    public void AllocIrqVectors_Msix_DeliversToItsHandler()
    {
        var hardware = new ProbeDevice();
        using var machine = MachineWith(hardware);
        var arrived = new List<int>();
        machine.Run(kernel =>
        {
            var driver = new CallbackDriver(device =>
            {
                Assert.AreEqual(Errno.Success, device.EnableDevice());
                device.SetMaster();
                Assert.AreEqual(Errno.Success, device.AllocIrqVectors(1, 2));
                Assert.AreEqual(2, device.IrqVectorCount);
                Assert.AreEqual(Errno.Busy, device.AllocIrqVectors(1, 1));
                for (var vector = 0; vector < device.IrqVectorCount; vector++)
                    Request(kernel, device, vector, arrived);
                hardware.Interrupt(0);
                return Errno.Success;
            });
            Assert.AreEqual(Errno.Success, kernel.Pci.RegisterDriver(driver));
            kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            kernel.Pci.UnregisterDriver(driver);
        });
        CollectionAssert.AreEqual(new[] { 0 }, arrived);
        Assert.AreEqual(InterruptKind.Line, hardware.Kind, "after remove the function sends no messages any more");
    }

    [TestMethod]
    public void TryMapBar_PrefetchableAbove4GiB_ReachesTheRegisters()
    {
        using var machine = MachineWith(new FramebufferDevice());
        machine.Run(kernel =>
        {
            var device = Device(kernel);
            Assert.AreEqual(Errno.Success, device.EnableDevice());
            Assert.IsTrue(device.TryMapBar(0, out var registers));
            Assert.AreEqual(8UL << 30, registers.LengthBytes);
            Assert.AreEqual(0x1_2345_6788UL, registers.Read64(0x1_2345_6788));
            Assert.IsFalse(device.TryMapBar(1, out _));
        });
    }

    [TestMethod]
    public void Scan_BehindTwoBridges_FindsTheDeviceAndReachesItsRegisters()
    {
        var (outer, inner, hardware) = (new PciBridge(), new PciBridge(), new ProbeDevice());
        outer.Attach(inner);
        inner.Attach(hardware, device: 5);
        using var machine = MachineWith(outer);
        machine.Run(kernel =>
        {
            var device = Device(kernel);
            Assert.AreEqual(new Bdf(2, 5, 0), device.Location);
            Assert.AreEqual(Errno.Success, device.EnableDevice());
            Assert.IsTrue(device.TryMapBar(0, out var registers));
            registers.Write32(4, 0x1234);
            Assert.AreEqual(0x5eed_0001u, registers.Read32(0));
        });
        Assert.AreEqual(0x1234u, hardware.Scratch);
    }

    private static void Request(KernelInstance kernel, PciDevice device, int vector, List<int> arrived)
    {
        var error = kernel.Interrupts.RequestIrq(device.IrqVector(vector), $"scripted-{vector}", _ =>
        {
            arrived.Add(vector);
            return IrqReturn.Handled;
        }, out var registration);
        Assert.AreEqual(Errno.Success, error);
        device.Managed.Add(() => kernel.Interrupts.FreeIrq(registration!));
    }

    // The host bridge is a function too.
    private static PciDevice Device(KernelInstance kernel) => kernel.Pci.Devices.Single(device => device.VendorId == 0x1234);

    private static Machine MachineWith(PciFunction function) => new MachineBuilder().WithRam(64UL << 20).Deterministic(1).Attach(function, Place).Build();
}
