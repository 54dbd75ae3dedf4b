using System.Diagnostics;
using System.Globalization;
using DriverSdk.Devices.Nvme.Backends;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>What the freshly started programs do: one prints a line, the other reads a block through a machine first, twice, and prints how long it took.</summary>
internal static class FirstDma
{
    public static int Run(string image)
    {
        var cold = ReadOneBlock(image);
        // A line of its own: the parent's clock stops at it, before the second round.
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{cold.Bound.TotalNanoseconds:0} {cold.Read.TotalNanoseconds:0}"));
        var warm = ReadOneBlock(image);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{warm.Read.TotalNanoseconds:0}"));
        return 0;
    }

    public static int RunNothing()
    {
        Console.WriteLine("nothing");
        return 0;
    }

    private static (TimeSpan Bound, TimeSpan Read) ReadOneBlock(string image)
    {
        using var backend = new FileBackend(image, BackendAccess.ReadOnly);
        var clock = Stopwatch.StartNew();
        using var rig = new NvmeRig(backend, new() { DepthCommands = 1, CommandBytes = 4096 });
        var bound = clock.Elapsed;
        rig.Read([0]);
        return (bound, clock.Elapsed);
    }
}
