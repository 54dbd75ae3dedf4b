using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>The page of results: one table for each question, each figure beside its floor and beside itself in a second run.</summary>
internal sealed class ResultsPage(string processor)
{
    private readonly StringBuilder _text = new();

    /// <summary>Whether every benchmark gave a figure.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Adds a question that BenchmarkDotNet answered in two runs.</summary>
    public void Add(Summary first, Summary second)
    {
        var reports = first.Reports.Zip(second.Reports).ToArray();
        BeginTable(first.BenchmarksCases[0].Descriptor.Type.Name);
        foreach (var group in reports.GroupBy(pair => GroupOf(pair.First.BenchmarkCase)))
        {
            var floor = group.FirstOrDefault(pair => pair.First.BenchmarkCase.Descriptor.Baseline);
            var floorNanoseconds = floor.First is null ? double.NaN : Better(floor.First, floor.Second);
            foreach (var (a, b) in group)
                AddRow(NameOf(a.BenchmarkCase), FastestOf(a), FastestOf(b), floorNanoseconds, AllocatedBy(a));
        }

        _text.AppendLine();
    }

    /// <summary>Adds a sentence, for instance about what was not measured.</summary>
    public void AddRemark(string sentence) => _text.AppendLine(sentence).AppendLine();

    /// <summary>Adds what was measured by starting programs.</summary>
    public void Add(IReadOnlyList<StartFigure> figures)
    {
        BeginTable("Start to first DMA");
        foreach (var figure in figures)
            AddRow(figure.Name, figure.FirstNanoseconds, figure.SecondNanoseconds, figure.FloorNanoseconds, "");
        _text.AppendLine();
    }

    /// <summary>Writes the page.</summary>
    /// <returns>Its path.</returns>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        var name = new string([.. processor.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')]);
        var path = Path.Combine(folder, name.Trim('-') + ".md");
        File.WriteAllText(path, Heading() + _text.ToString().TrimEnd() + Environment.NewLine);
        return path;
    }

    private string Heading() => string.Create(CultureInfo.InvariantCulture, $"""
        # {processor}

        {Environment.ProcessorCount} processors, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.FrameworkDescription}, {DateTime.UtcNow:yyyy-MM-dd}.
        One-minute load when the page was written: {LoadAverage()}.
        Run A and run B are the same benchmark twice, each the fastest of its iterations, because other programs only ever add; A/A is their distance.
        "Times floor" divides the better of the two by the better of the floor's. "Allocated" is per operation, of all threads.


        """);

    private static string LoadAverage() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private void BeginTable(string title)
    {
        _text.AppendLine($"## {title}").AppendLine();
        _text.AppendLine("| | run A | run B | A/A | times floor | allocated |").AppendLine("|---|---|---|---|---|---|");
    }

    private void AddRow(string name, double a, double b, double floor, string allocated)
    {
        IsComplete &= !double.IsNaN(a) && !double.IsNaN(b);
        var noise = Math.Abs(a - b) / Math.Min(a, b);
        var times = Math.Min(a, b) / floor;
        _text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {Time(a)} | {Time(b)} | {noise:0 %} | {(double.IsNaN(times) ? "" : times.ToString("0.00", CultureInfo.InvariantCulture))} | {allocated} |");
    }

    private static string GroupOf(BenchmarkCase benchmark) =>
        $"{benchmark.Parameters.DisplayInfo} {string.Join(' ', benchmark.Descriptor.Categories)}";

    private static double Better(BenchmarkReport a, BenchmarkReport b) => Math.Min(FastestOf(a), FastestOf(b));

    private static double FastestOf(BenchmarkReport report) => report.ResultStatistics?.Min ?? double.NaN;

    private static string NameOf(BenchmarkCase benchmark)
    {
        var parameters = benchmark.Parameters.Items.Select(item => $"{item.Name} {item.Value}");
        var name = string.Join(", ", [benchmark.Descriptor.WorkloadMethodDisplayInfo, .. parameters]);
        return benchmark.Descriptor.Baseline ? $"{name} (floor)" : name;
    }

    private static string AllocatedBy(BenchmarkReport report) =>
        report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) is { } bytes ? $"{bytes} B" : "";

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds:0.0} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000:0.0} us"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1_000_000:0.0} ms"),
    };
}
