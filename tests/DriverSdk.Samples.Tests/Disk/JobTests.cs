using System.Security.Cryptography;
using DriverSdk.Devices.Nvme;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;
using NvmeDisk.Job;

namespace DriverSdk.Samples.Tests.Disk;

[TestClass]
public sealed class JobTests
{
    private const int MiB = 1 << 20;

    [TestMethod]
    public void OwnImage_IsWrittenAndReadBack()
    {
        var run = ProgramRun.Of(options => new DiskJob(options with { OwnImageBytes = 8 * MiB }));
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.IsGreaterThanOrEqualTo(2L * 8 * MiB, run.Number("bytes translated"), "every byte went through the IOMMU once as a write and once as a read");
        AssertClean(run);
    }

    [TestMethod]
    public void OwnImage_IsDeletedAtTheEnd()
    {
        var run = ProgramRun.Of(options => new DiskJob(options with { OwnImageBytes = 8 * MiB }));
        Assert.IsFalse(File.Exists(run["image"]), run["image"]);
    }

    [TestMethod]
    [DataRow("--queues", "1", "--depth", "1", "--block-size", "512")]
    [DataRow("--queues", "2", "--depth", "32", "--block-size", "512")]
    [DataRow("--queues", "3", "--depth", "5", "--block-size", "4096")]
    public void GivenFile_AgreesWithItsSha256(params string[] arguments)
    {
        using var image = new TempImage((3 * MiB) + 4096);
        var run = ProgramRun.Of([image.Path, .. arguments]);
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(image.Path)));
        Assert.AreEqual(hash, run["driver"]);
        Assert.AreEqual(hash, run["host"]);
        Assert.IsGreaterThanOrEqualTo((3L * MiB) + 4096, run.Number("bytes translated"));
        AssertClean(run);
    }

    [TestMethod]
    public void ThirtyTwoCommands_AreOutstandingInTheDevice()
    {
        using var image = new TempImage(33 * MiB);
        var run = ProgramRun.Of(options => new DiskJob(options) { Interfere = GoOnAt(32) }, image.Path, "--depth", "32");
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.AreEqual(32L, run.Number("greatest queue depth"));
    }

    [TestMethod]
    public void RedirectedOutput_IsPlainTextAndHashesStandOnOneLine()
    {
        using var image = new TempImage(4096);
        var run = ProgramRun.Of(image.Path);
        Assert.DoesNotContain('\u001b', run.Output);
        foreach (var line in run.Output.Split('\n').Where(line => line.Contains(run["host"], StringComparison.Ordinal)))
            Assert.IsLessThanOrEqualTo(80, line.Length, line);
    }

    /// <summary>Holds the queues until so many commands wait in the device: if the driver sends fewer, nothing ever goes on and the commands time out.</summary>
    private static Action<Machine, PciDevice, NvmeController> GoOnAt(int outstanding) => (machine, _, model) =>
    {
        model.StallQueue(1);
        model.StallQueue(2);
        machine.Kernel.Scheduler.Spawn("go-on", () =>
        {
            while (model.Statistics.Outstanding < outstanding)
                machine.Kernel.Clock.Sleep(TimeSpan.FromMilliseconds(1));
            model.ResumeQueue(1);
            model.ResumeQueue(2);
        });
    };

    private static void AssertClean(ProgramRun run)
    {
        var counts = run["maps / unmaps"].Split(" / ");
        Assert.AreEqual(counts[0], counts[1], "maps and unmaps");
        Assert.AreEqual(0L, run.Number("IOMMU faults"));
        Assert.AreEqual(0L, run.Number("rules broken"));
        Assert.AreEqual("", run.Errors);
    }
}
