using System.Runtime.Versioning;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Tests.Contract.Memory;

[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class SparseRamTests
{
    private const int Places = 1000;
    private const ulong MiB = 1UL << 20;

    [TestMethod]
    public void SixtyFourGiB_UnderATwoGiBDataLimit_WorksAndStaysSmall()
    {
        var run = ChildProcess.Run(nameof(TouchSixtyFourGiB), dataLimitBytes: 2048 * MiB);

        Assert.AreEqual(0, run.ExitCode, run.Output);
        StringAssert.Contains(run.Output, "limit 2147483648");
        Assert.IsLessThan(64UL * MiB, Grown(run.Output), run.Output);
    }

    [TestMethod]
    public void SixtyFourGiB_WithoutALimit_StaysAsSmall()
    {
        var run = ChildProcess.Run(nameof(TouchSixtyFourGiB), dataLimitBytes: null);

        Assert.AreEqual(0, run.ExitCode, run.Output);
        Assert.IsLessThan(64UL * MiB, Grown(run.Output), run.Output);
    }

    /// <summary>Runs in a child process: a whole machine's memory, bytes written all over it, pages allocated from both ends of the allocator.</summary>
    internal static void TouchSixtyFourGiB()
    {
        var limit = File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max data size", StringComparison.Ordinal));
        Console.WriteLine($"limit {limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3]}");
        var before = ResidentBytes();
        using var ram = new PhysicalMemory(new MemoryLayout(64UL << 30));
        var memory = new KernelMemory(ram, 4, new CallSiteTable());

        var step = (62UL << 30) / Places;
        for (var place = 0UL; place < Places; place++)
            ram.Span(new PhysAddr((4UL << 30) + (place * step)), 1)[0] = 1;
        for (var order = 0; order <= PageAllocator.MaxOrder; order++)
        {
            if (memory.AllocPages(order, Gfp.Atomic).IsNull || memory.AllocPages(order, Gfp.Dma32).IsNull)
                throw new InvalidOperationException($"A machine with 64 GiB has no block of order {order}.");
        }

        Console.WriteLine($"grown {ResidentBytes() - before}");
    }

    private static ulong Grown(string output) =>
        ulong.Parse(output.Split('\n').Single(line => line.StartsWith("grown ", StringComparison.Ordinal))["grown ".Length..]);

    private static ulong ResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return ulong.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }
}
