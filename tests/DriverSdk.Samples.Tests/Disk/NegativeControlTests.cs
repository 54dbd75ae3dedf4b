using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;
using NvmeDisk.Job;

namespace DriverSdk.Samples.Tests.Disk;

/// <summary>The sample must be able to say no: each of these runs is spoilt in one place.</summary>
[TestClass]
public sealed class NegativeControlTests
{
    private const int MiB = 1 << 20;

    [TestMethod]
    public void NothingSpoilt_Agrees()
    {
        using var image = new TempImage(4 * MiB);
        Assert.AreEqual(0, ProgramRun.Of(image.Path).ExitCode);
    }

    [TestMethod]
    public void OneByteChangedInTheDevice_IsNoticed()
    {
        using var image = new TempImage(4 * MiB);
        var run = ProgramRun.Of(options => new DiskJob(options) { Decorate = inner => new CorruptingBackend(inner, (2 * MiB) + 77) }, image.Path);
        AssertDisagrees(run);
    }

    [TestMethod]
    public void OneLeafEntryPointedAtAnotherFrame_IsNoticed()
    {
        using var image = new TempImage(4 * MiB);
        var run = ProgramRun.Of(options => new DiskJob(options) { Interfere = TwistALeaf }, image.Path);
        AssertDisagrees(run);
        Assert.AreEqual(0L, run.Number("IOMMU faults"), "the wrong frame is a frame like any other: nothing but the data can tell");
    }

    [TestMethod]
    public void DomainBlocked_EndsInAFailureAndNotInAHang()
    {
        using var image = new TempImage(4 * MiB);
        var run = ProgramRun.Of(
            options => new DiskJob(options with { CommandTimeout = TimeSpan.FromMilliseconds(50) })
            {
                Interfere = (machine, device, _) => machine.Kernel.Iommu.Block(device.Location),
            },
            image.Path);
        Assert.AreEqual(1, run.ExitCode, run.Output);
        Assert.Contains("The transfer failed: the command at byte 0 ended with cancelled by the driver.", run.Output);
        Assert.AreEqual("(not read)", run["driver"]);
        Assert.IsGreaterThan(0L, run.Number("IOMMU faults"));
        Assert.AreEqual(0L, run.Number("rules broken"), "also a driver whose device is cut off leaves nothing mapped");
    }

    // The queues stand still while the entry is changed: all four mappings are live, and nothing of them is cached yet.
    private static void TwistALeaf(Machine machine, PciDevice device, NvmeController model)
    {
        model.StallQueue(1);
        model.StallQueue(2);
        machine.Kernel.Scheduler.Spawn("twist", () =>
        {
            while (model.Statistics.Outstanding < 4)
                machine.Kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            LeafTwist.Apply(machine.Kernel, device, MiB);
            model.ResumeQueue(1);
            model.ResumeQueue(2);
        });
    }

    private static void AssertDisagrees(ProgramRun run)
    {
        Assert.AreEqual(1, run.ExitCode, run.Output);
        Assert.Contains("The driver read something else than the host holds.", run.Output);
        Assert.AreNotEqual(run["host"], run["driver"]);
    }
}
