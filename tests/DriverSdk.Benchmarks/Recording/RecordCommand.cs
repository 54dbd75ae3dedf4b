using System.Runtime.CompilerServices;
using BenchmarkDotNet.Environments;
using BenchmarkDotNet.Running;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>Answers every question twice and writes the page that README.md points to, named after the processor.</summary>
internal static class RecordCommand
{
    private static readonly Type[] Questions =
    [
        typeof(MappingBenchmarks), typeof(TranslationBenchmarks), typeof(PageAllocationBenchmarks), typeof(RandomReadBenchmarks), typeof(SequentialReadBenchmarks),
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

        page.Add(StartFigures.Measure());
        var path = page.WriteTo(folder);
        Console.WriteLine($"Written to {path}.");
        return page.IsComplete ? 0 : 1;
    }

    /// <summary>The folder of this project, where the results are kept.</summary>
    public static string SourceFolder([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, ".."));

    private static string ProcessorName() => HostEnvironmentInfo.GetCurrent().CpuInfo.Value.ProcessorName ?? "unknown processor";
}
