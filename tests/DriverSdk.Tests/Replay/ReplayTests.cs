using System.Diagnostics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Replay;
using DriverSdk.Tests.Architecture;

namespace DriverSdk.Tests.Replay;

/// <summary>The hardware alone, in a process without any kernel, does what it did under one: whatever the two share passes registers, RAM and interrupts.</summary>
[TestClass]
public sealed class ReplayTests
{
    private const ulong RamBytes = 32UL << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static Recording _recording = null!;

    [ClassInitialize]
    public static void Record(TestContext context)
    {
        _ = context;
        var recording = new Recording { RamBytes = RamBytes, CpuCount = 2 };
        var recorder = new Recorder(recording);
        var tap = new RecordingTap(recorder);
        var probe = new ReplayProbe();
        var builder = new MachineBuilder().WithRam(RamBytes).WithCpus(2).Deterministic(7).WithDeviceProgress(ProgressPolicy.Immediate).WithTap(tap);
        foreach (var (function, place) in ReplayBoard.MakeFunctions(probe))
            builder.Attach(function, place);
        using var machine = builder.Build();
        probe.Recorder = recorder;

        machine.Run(_ => RunDrivers(machine, probe));

        recorder.Finish(tap.Ram!, machine.Board);
        _recording = recording;
    }

    [TestMethod]
    public void ARecordedRun_IsRepeatedByHardwareAlone()
    {
        var kinds = _recording.Events.Select(step => step.Kind).ToHashSet();
        foreach (var kind in new[] { ReplayEventKind.RamWrite, ReplayEventKind.MmioRead, ReplayEventKind.MmioWrite, ReplayEventKind.ProbeRead, ReplayEventKind.ProbeWrite, ReplayEventKind.Interrupt })
            Assert.Contains(kind, kinds, "the recording has some of everything");

        var (exitCode, output) = Play(_recording);

        Assert.AreEqual(0, exitCode, output);
        StringAssert.Contains(output, "The replay agrees.");
    }

    [TestMethod]
    public void OneOtherByteInOneStoreOfTheKernel_IsNoticed()
    {
        var index = _recording.Events.FindLastIndex(step => step.Kind == ReplayEventKind.RamWrite);

        var (exitCode, output) = Play(Tampered(index, step =>
        {
            var bytes = step.Bytes.ToArray();
            bytes[17] ^= 0x40;
            return step with { Bytes = bytes };
        }));

        // It shows at once where the device reads that byte, else in RAM at the end.
        Assert.AreEqual(1, exitCode, output);
        Assert.DoesNotContain("agrees", output);
    }

    [TestMethod]
    public void OneOtherBitInOneRegisterRead_IsNoticedAtThatStep()
    {
        var index = _recording.Events.FindLastIndex(step => step.Kind == ReplayEventKind.MmioRead);

        var (exitCode, output) = Play(Tampered(index, step => step with { Value = step.Value ^ 1 }));

        Assert.AreEqual(1, exitCode, output);
        StringAssert.Contains(output, $"step {index} of ");
    }

    [TestMethod]
    public void AMissingInterrupt_IsNoticed()
    {
        var index = _recording.Events.FindLastIndex(step => step.Kind == ReplayEventKind.Interrupt);
        var recording = Tampered(index, step => step);
        recording.Events.RemoveAt(index);

        var (exitCode, output) = Play(recording);

        Assert.AreEqual(1, exitCode, output);
        StringAssert.Contains(output, "interrupt");
    }

    private static void RunDrivers(Machine machine, ReplayProbe probe)
    {
        var pci = machine.Kernel.Pci;
        var (disk, probeDriver) = (new BlockReader(), new ReplayProbeDriver());
        Assert.AreEqual(DriverSdk.Kernel.Errno.Success, pci.RegisterDriver(disk));
        Assert.AreEqual(DriverSdk.Kernel.Errno.Success, pci.RegisterDriver(probeDriver));
        var expected = ReplayBoard.MakeDisk().Bytes;
        for (var i = 0; i < 10; i++)
            CollectionAssert.AreEqual(expected.Slice(i * 37 * 512, 4096).ToArray(), disk.ReadBlocks((ulong)i * 37, 8));

        var device = pci.Devices.Single(device => ReferenceEquals(device.Driver, probeDriver));
        var memory = machine.Kernel.Memory;
        var buffer = memory.Kmalloc(256, Gfp.Kernel);
        Assert.IsTrue(device.Dma.TryMap<Bidirectional>(buffer, out var loan));
        Assert.AreEqual(0ul, probe.Write(loan.Iova, "written by the device"u8.ToArray()));
        Assert.AreEqual(0ul, probe.Read(loan.Iova, new byte[21]));
        loan.Unmap();
        Assert.AreNotEqual(0ul, probe.Write(loan.Iova, new byte[8]));
        // The fault interrupt arrives here: a second fault of a requester whose first is still recorded would not be recorded.
        LocalIrq.Restore(LocalIrq.Save());
        Assert.AreNotEqual(0ul, probe.Read(new Iova(0x1234_5000), new byte[8]));
        LocalIrq.Restore(LocalIrq.Save());
        memory.Kfree(buffer);
        pci.UnregisterDriver(disk);
        Assert.AreEqual(FaultReason.WriteDenied, machine.IommuFaults.Snapshot()[0].Reason);
        Assert.AreEqual(2, machine.IommuFaults.TotalCount);
        Assert.AreEqual(0, machine.Sanitizer.Count);
    }

    private static Recording Tampered(int index, Func<ReplayEvent, ReplayEvent> change)
    {
        var events = _recording.Events.ToList();
        events[index] = change(events[index]);
        return new Recording
        {
            RamBytes = _recording.RamBytes,
            CpuCount = _recording.CpuCount,
            Events = events,
            RamHash = _recording.RamHash,
            UnitState = _recording.UnitState,
        };
    }

    private static (int ExitCode, string Output) Play(Recording recording)
    {
        var path = Path.Combine(Path.GetTempPath(), $"driversdk-replay-{Guid.NewGuid():n}");
        try
        {
            recording.Save(path);
            var start = new ProcessStartInfo(DotNet) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.ArgumentList.Add("exec");
            start.ArgumentList.Add(ReplayProgram);
            start.ArgumentList.Add(path);
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"The replay did not end within {Patience.TotalSeconds} s.");
            }

            return (process.ExitCode, output.Result + errors.Result);
        }
        finally
        {
            File.Delete(path);
        }
    }

    // From its own output folder: beside this assembly lie kernels that a replay must not find.
    private static string ReplayProgram =>
        Repository.Full(Path.Combine("tests", "DriverSdk.Replay", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, new DirectoryInfo(AppContext.BaseDirectory).Name, "DriverSdk.Replay.dll"));

    private static string DotNet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
}
