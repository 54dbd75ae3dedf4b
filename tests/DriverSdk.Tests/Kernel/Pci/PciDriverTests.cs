using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;

namespace DriverSdk.Tests.Kernel.Pci;

[TestClass]
public sealed class PciDriverTests
{
    private static readonly PciId First = PciId.Device(0x1de5, 1);

    [TestMethod]
    public void RegisterDriver_Ids_MatchVendorAndDeviceOrClass()
    {
        using var machine = Build(
            new PciTestDevice(1),
            new PciTestDevice(2),
            new PciTestDevice(new PciIdentity(0x8086, 1, PciClassCode.Unassigned)),
            new PciTestDevice(new PciIdentity(0x1234, 9, PciClassCode.NvmExpress)));
        var (byId, byClass) = (new ScriptedDriver(First), new ScriptedDriver(PciId.Class(PciClassCode.NvmExpress.Value)));
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(byId);
            kernel.Pci.RegisterDriver(byClass);
        });
        Assert.AreEqual("0000:00:01.0", byId.Probed.Single().Name);
        Assert.AreEqual("0000:00:04.0", byClass.Probed.Single().Name);
    }

    [TestMethod]
    public void RegisterDriver_AFunctionThatIsDrivenAlready_IsLeftAlone()
    {
        using var machine = Build(new PciTestDevice(1));
        var (first, second) = (new ScriptedDriver(First), new ScriptedDriver(First));
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(first);
            kernel.Pci.RegisterDriver(second);
            Assert.IsEmpty(second.Probed);
            Assert.ThrowsExactly<InvalidOperationException>(() => kernel.Pci.RegisterDriver(first));
        });
        Assert.AreSame(first, machine.Kernel.Attached()[0].Driver);
    }

    [TestMethod]
    public void Probe_Fails_ResourcesAreReleasedInReverseOrderAndTheFunctionIsFree()
    {
        using var machine = Build(new PciTestDevice(1).Msi(1), new PciTestDevice(1));
        var order = new List<string>();
        var driver = new ScriptedDriver(First)
        {
            OnProbe = device =>
            {
                if (device.Name != "0000:00:01.0")
                    return Errno.Success;
                device.EnableDevice();
                device.SetMaster();
                device.AllocIrqVectors(1, 1);
                device.DriverData = "state";
                foreach (var name in new[] { "first", "second", "third" })
                    device.Managed.Add(() => order.Add(name));
                return Errno.NoMemory;
            },
        };
        machine.Run(kernel => Assert.AreEqual(Errno.NoMemory, kernel.Pci.RegisterDriver(driver), "the first error is told"));

        var failed = machine.Kernel.Attached()[0];
        CollectionAssert.AreEqual(new[] { "third", "second", "first" }, order);
        Assert.AreEqual((null, null, 0, 0), (failed.Driver, failed.DriverData, failed.IrqVectorCount, failed.Managed.Count));
        Assert.AreEqual(0u, failed.ReadConfig32(4) & 6, "neither decoding nor bus master");
        Assert.AreSame(driver, machine.Kernel.Attached()[1].Driver, "the second function is probed all the same");
        Assert.IsEmpty(driver.Removed, "remove is for those whose probe succeeded");
    }

    [TestMethod]
    public void Probe_Throws_TheFunctionIsReleasedToo()
    {
        using var machine = Build(new PciTestDevice(1));
        var released = 0;
        var driver = new ScriptedDriver(First)
        {
            OnProbe = device =>
            {
                device.Managed.Add(() => released++);
                throw new NotSupportedException("probe");
            },
        };
        machine.Run(kernel => Assert.ThrowsExactly<NotSupportedException>(() => kernel.Pci.RegisterDriver(driver)));
        Assert.AreEqual(1, released);
        Assert.IsNull(machine.Kernel.Attached()[0].Driver);
    }

    [TestMethod]
    public void UnregisterDriver_CallsRemoveBeforeItReleases_AndAnotherDriverMayFollow()
    {
        using var machine = Build(new PciTestDevice(1));
        var order = new List<string>();
        var driver = new ScriptedDriver(First)
        {
            OnProbe = device =>
            {
                device.Managed.Add(() => order.Add("released"));
                return Errno.Success;
            },
            OnRemove = _ => order.Add("removed"),
        };
        var next = new ScriptedDriver(First);
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(driver);
            kernel.Pci.UnregisterDriver(driver);
            kernel.Pci.UnregisterDriver(driver);
            kernel.Pci.RegisterDriver(next);
        });
        CollectionAssert.AreEqual(new[] { "removed", "released" }, order);
        Assert.AreSame(next, machine.Kernel.Attached()[0].Driver);
    }

    [TestMethod]
    public void Remove_AManagedReleaseThrows_TheRestIsReleasedAndTheFunctionIsFree()
    {
        using var machine = Build(new PciTestDevice(1));
        var released = 0;
        var driver = new ScriptedDriver(First)
        {
            OnProbe = device =>
            {
                device.SetMaster();
                device.Managed.Add(() => released++);
                device.Managed.Add(() => throw new NotSupportedException("release"));
                return Errno.Success;
            },
        };
        machine.Run(kernel =>
        {
            kernel.Pci.RegisterDriver(driver);
            var thrown = Assert.ThrowsExactly<InvalidOperationException>(() => kernel.Pci.UnregisterDriver(driver));
            StringAssert.Contains(thrown.Message, "release");
        });
        Assert.AreEqual(1, released);
        Assert.IsNull(machine.Kernel.Attached()[0].Driver);
        Assert.AreEqual(0u, machine.Kernel.Attached()[0].ReadConfig32(4) & 4, "bus mastering is off");
    }

    [TestMethod]
    public void Dma_MaskTooNarrowForTheKernel_IsRefusedByValue()
    {
        using var machine = Build(new PciTestDevice(1));
        machine.Run(kernel => Assert.AreEqual(Errno.Success, kernel.Attached()[0].Dma.SetMask(DmaMask.Bits(24)), "behind an IOMMU memory may lie anywhere"));
    }

    private static Machine Build(params PciTestDevice[] devices)
    {
        var builder = new MachineBuilder().WithRam(32UL << 20).Deterministic(1);
        for (var index = 0; index < devices.Length; index++)
            builder.Attach(devices[index], new Bdf(0, index + 1, 0));
        return builder.Build();
    }
}
