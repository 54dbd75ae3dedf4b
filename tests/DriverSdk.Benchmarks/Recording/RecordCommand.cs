using System.Runtime.CompilerServices;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Running;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>Answers every question twice and writes the page that README.md points to, named after the processor.</summary>
internal static class RecordCommand
{
    private static readonly Type[] Questions =
    [
        typeof(MappingBenchmarks), typeof(TranslationBenchmarks), typeof(ParallelTranslationBenchmarks), typeof(PageAllocationBenchmarks),
        typeof(RandomReadBenchmarks), typeof(SequentialReadBenchmarks), typeof(QtestBenchmarks),
    ];

    public static int Run(string folder)
    {
        var page = new ResultsPage(ProcessorName());
        foreach (var question in Questions)
        {
            var first = BenchmarkRunner.Run(question, ShortConfig.Create());
            var second = BenchmarkRunner.Run(question, ShortConfig.Create());
            page.Add(first, second);
        }

        if (ShortConfig.WhyQemuIsSkipped is { } why)
            page.AddRemark($"{nameof(QtestBenchmarks)} has no rows of QEMU: {why}");
        page.Add(StartFigures.Measure());
        var path = page.WriteTo(folder);
        Console.WriteLine($"Written to {path}.");
        return page.IsComplete ? 0 : 1;
    }

    /// <summary>Where the results are kept in the repository: beside this file's folder.</summary>
    public static string ResultsFolder() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "results"));

    private static string ThisFile([CallerFilePath] string file = "") => file;

    private static string ProcessorName() => HostEnvironmentInfo.GetCurrent().CpuInfo.Value.ProcessorName ?? "unknown processor";
}
