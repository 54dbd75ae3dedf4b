using System.Globalization;
using NvmeDisk.Job;
using Spectre.Console;

namespace NvmeDisk;

/// <summary>Prints what a run found.</summary>
internal static class ResultTable
{
    public static void Print(IAnsiConsole console, JobResult result)
    {
        var figures = result.Figures;
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        Row(grid, "image", $"{result.Image.Path} ({Number(result.Image.LengthBytes)} bytes)");
        Row(grid, "SHA-256, driver", result.DriverHash);
        Row(grid, "SHA-256, host", result.ExpectedHash);
        Row(grid, "read", $"{Number(figures.BytesRead)} bytes in {figures.ReadTime.TotalSeconds:0.00} s: {Throughput(figures)} MB/s, hashing included");
        Row(grid, "greatest queue depth", Number(figures.GreatestQueueDepth));
        Row(grid, "maps / unmaps", $"{Number(figures.MapCount)} / {Number(figures.UnmapCount)}");
        Row(grid, "bytes translated", Number(figures.BytesTranslated));
        Row(grid, "IOTLB hits / misses", $"{Number(figures.IotlbHits)} / {Number(figures.IotlbMisses)}");
        Row(grid, "IOMMU faults", Number(figures.FaultCount));
        console.Write(grid);
        console.MarkupLineInterpolated(result.Agrees
            ? (FormattableString)$"[green]The driver read what the host holds.[/]"
            : $"[red]{Complaint(result)}[/]");
    }

    private static string Complaint(JobResult result)
    {
        if (result.Failure is { } failure)
            return $"The transfer failed: {failure}.";
        return result.DriverHash != result.ExpectedHash
            ? "The driver read something else than the host holds."
            : "A mapping outlived its command: maps and unmaps differ.";
    }

    private static void Row(Grid grid, string name, string value) => grid.AddRow(new Text(name), new Text(value));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Throughput(JobFigures figures) =>
        (figures.BytesRead / 1e6 / Math.Max(figures.ReadTime.TotalSeconds, 1e-9)).ToString("N0", CultureInfo.InvariantCulture);
}
