using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Dma;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Testing;

namespace DriverSdk.Tests.Machines;

[TestClass]
public sealed class MachineTests
{
    [TestMethod]
    public void Attach_BadPlace_SaysWhichPlacesThereAre()
    {
        var builder = new MachineBuilder().Attach(new DmaProbe(), new Bdf(0, 2, 0));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => builder.Attach(new DmaProbe(), new Bdf(0, 2, 0))).Message, "00:02.0 is taken already");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => builder.Attach(new DmaProbe(), new Bdf(0, 0, 0))).Message, "00:01.0 to 00:1f.7");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => builder.Attach(new DmaProbe(), new Bdf(1, 2, 0))).Message, "attach what lies behind a bridge");
    }

    [TestMethod]
    public void Attach_FunctionOfADeviceWithoutFunctionZero_IsRefusedByTheBuild()
    {
        var builder = new MachineBuilder().Attach(new DmaProbe(), new Bdf(0, 2, 1));
        Assert.ThrowsExactly<ArgumentException>(() => builder.Build());
    }

    [TestMethod]
    [DataRow(0ul)]
    [DataRow(30ul << 20)]
    [DataRow((64ul << 30) + (2ul << 20))]
    [DataRow((64ul << 20) + 4096)]
    public void WithRam_BadSize_SaysTheRange(ulong bytes) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MachineBuilder().WithRam(bytes)).Message, "between 32 MiB and 64 GiB");

    [TestMethod]
    [DataRow(0)]
    [DataRow(65)]
    public void WithCpus_BadCount_SaysTheRange(int count) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MachineBuilder().WithCpus(count)).Message, "1 to 64");

    [TestMethod]
    public void Build_TheSameDeviceInTwoMachines_IsRefused()
    {
        var probe = new DmaProbe();
        using var first = new MachineBuilder().Attach(probe, new Bdf(0, 2, 0)).Build();
        Assert.ThrowsExactly<InvalidOperationException>(() => new MachineBuilder().Attach(probe, new Bdf(0, 2, 0)).Build());
    }

    [TestMethod]
    public void Run_Twice_GoesOnWhereTheFirstEnded()
    {
        using var machine = TestMachine.WithIommu();
        KernelBuffer buffer = default;
        DmaLoan<FromDevice> loan = default;
        machine.Run(() =>
        {
            buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
            machine.Device.Dma.TryMap(buffer, out loan);
        });
        machine.DeviceWrites(loan.Iova, "between"u8).ShouldLand();
        machine.Run(() =>
        {
            var bytes = new byte[7];
            buffer.CopyTo(bytes);
            CollectionAssert.AreEqual("between"u8.ToArray(), bytes);
            loan.Unmap();
            machine.Memory.Kfree(buffer);
        });
        machine.ShouldReportNothing();
    }

    [TestMethod]
    public void Run_BodyThrows_TheMachineRunsAgain()
    {
        using var machine = TestMachine.Deterministic(1);
        Assert.Throws<Exception>(() => machine.Run(() => throw new NotSupportedException("body")));
        var ran = false;
        machine.Run(() => ran = true);
        Assert.IsTrue(ran);
    }

    [TestMethod]
    public void TwoMachines_InOneProcess_ShareNothing()
    {
        using var one = TestMachine.WithIommu();
        using var other = TestMachine.WithIommu();
        one.Run(() =>
        {
            var buffer = one.Memory.Kmalloc(64, Gfp.Kernel);
            one.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
            Assert.AreEqual(DmaStatus.Success, one.Probe.Writes(loan.Iova, "here"u8));
            Assert.AreEqual(DmaStatus.UnsupportedRequest, other.Probe.Writes(loan.Iova, "there"u8));
            one.Memory.Kfree(buffer);
        });
        Assert.AreEqual(1, one.Machine.Sanitizer.Count);
        Assert.AreEqual(0, other.Machine.Sanitizer.Count);
        Assert.AreEqual(0, one.Machine.IommuFaults.TotalCount);
        Assert.AreEqual(1, other.Machine.Statistics.FaultCount);
        Assert.AreEqual(0, other.Machine.Statistics.MapCount);
    }

    [TestMethod]
    public void TwoMachines_AtTheSameTime_RunApart()
    {
        Parallel.For(0, 4, number =>
        {
            using var machine = TestMachine.Deterministic(number, builder => builder.WithRam(32UL << 20));
            machine.Run(() =>
            {
                for (var i = 0; i < 50; i++)
                {
                    var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
                    machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
                    machine.DeviceWrites(loan.Iova, "x"u8).ShouldLand();
                    loan.Unmap();
                    machine.Memory.Kfree(buffer);
                }
            });
            machine.ShouldReportNothing();
            Assert.AreEqual(50, machine.Machine.Statistics.MapCount);
        });
    }

    [TestMethod]
    public void Dispose_GivesTheMemoryBack()
    {
        var before = ResidentBytes();
        for (var i = 0; i < 8; i++)
        {
            using var machine = new MachineBuilder().WithRam(1UL << 30).Deterministic(i).Build();
            machine.Run(kernel =>
            {
                for (var block = 0; block < 8; block++)
                    using (var view = kernel.Memory.AllocPages(10, Gfp.Kernel).Buffer.Write())
                        view.Bytes.Fill(1);
            });
        }

        Assert.IsLessThan(before + (160L << 20), ResidentBytes(), "eight machines wrote 32 MiB each");
    }

    [TestMethod]
    public void Dispose_Twice_IsHarmless_AndRunAfterItIsRefused()
    {
        var machine = new MachineBuilder().WithRam(32UL << 20).Build();
        machine.Dispose();
        machine.Dispose();
        Assert.Throws<Exception>(() => machine.Run(_ => { }));
    }

    [TestMethod]
    public void Deterministic_TheSameSeed_GivesTheSameStatistics()
    {
        Assert.AreEqual(Count(11), Count(11));

        static MachineStatistics Count(int seed)
        {
            using var machine = TestMachine.Deterministic(seed, builder => builder.WithDeviceProgress(ProgressPolicy.Scheduled));
            machine.Run(() =>
            {
                var tasks = Enumerable.Range(0, 3).Select(number => machine.Kernel.Scheduler.Spawn($"task {number}", () =>
                {
                    var buffer = machine.Memory.Kmalloc(64, Gfp.Kernel);
                    machine.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
                    machine.Probe.Writes(loan.Iova, "x"u8);
                    loan.Unmap();
                    machine.Memory.Kfree(buffer);
                })).ToArray();
                foreach (var task in tasks)
                    task.Join();
            });
            return machine.Machine.Statistics;
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
