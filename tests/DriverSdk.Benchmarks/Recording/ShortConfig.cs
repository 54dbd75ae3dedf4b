using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using DriverSdk.Qtest.Machines;
using Perfolizer.Horology;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>A run short enough for every day: in this process, so that all questions are answered within minutes.</summary>
/// <remarks>Many iterations, each about as long as the host lets a thread run: on a busy host the fastest of them was still not interrupted.</remarks>
internal static class ShortConfig
{
    private const int WarmupCount = 100;
    private const int IterationCount = 50;
    private const int IterationMilliseconds = 4;

    /// <summary>Why the benchmarks of QEMU are left out, or null when it is installed.</summary>
    public static string? WhyQemuIsSkipped => QemuInstallation.TryFind() is null ? QemuInstallation.MissingText : null;

    public static IConfig Create()
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default
                .WithToolchain(InProcessEmitToolchain.Instance)
                .WithWarmupCount(WarmupCount)
                .WithIterationCount(IterationCount)
                .WithGcForce(false)
                .WithIterationTime(TimeInterval.FromMilliseconds(IterationMilliseconds)))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddColumn(StatisticColumn.Median, StatisticColumn.Min)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "driversdk-benchmarks"));
        if (WhyQemuIsSkipped is not { } why)
            return config;
        Console.WriteLine($"The benchmarks of QEMU are skipped: {why}");
        return config.AddFilter(new NameFilter(name => !name.Contains("Qemu", StringComparison.Ordinal)));
    }
}
