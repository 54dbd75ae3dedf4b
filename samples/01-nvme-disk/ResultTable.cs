using System.Globalization;
using NvmeDisk.Job;
using Spectre.Console;

namespace NvmeDisk;

/// <summary>Prints what a run found.</summary>
internal static class ResultTable
{
    private const int NameWidth = 22;

    public static void Print(IAnsiConsole console, JobResult result)
    {
        var figures = result.Figures;
        var output = console.Profile.Out.Writer;
        Row(output, "image", result.Image.Path);
        Row(output, "size", $"{Number(result.Image.LengthBytes)} bytes");
        // A hash has 64 digits: with a short name each fits into 80 columns, and the two stand one above the other.
        output.WriteLine("SHA-256");
        output.WriteLine($"  driver  {result.DriverHash}");
        output.WriteLine($"  host    {result.ExpectedHash}");
        Row(output, "read", $"{Number(figures.BytesRead)} bytes in {figures.ReadTime.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture)} s");
        Row(output, "throughput", $"{Throughput(figures)} MB/s, hashing included");
        Row(output, "greatest queue depth", Number(figures.GreatestQueueDepth));
        Row(output, "maps / unmaps", $"{Number(figures.MapCount)} / {Number(figures.UnmapCount)}");
        Row(output, "bytes translated", Number(figures.BytesTranslated));
        Row(output, "IOTLB hits / misses", $"{Number(figures.IotlbHits)} / {Number(figures.IotlbMisses)}");
        Row(output, "IOMMU faults", Number(figures.FaultCount));
        Row(output, "rules broken", Number(figures.Violations.Count));
        var (colour, verdict) = result.Complaint is { } complaint ? (Color.Red, complaint) : (Color.Green, "The driver read what the host holds.");
        console.WriteLine(verdict, new Style(foreground: colour));
    }

    private static void Row(TextWriter output, string name, string value) => output.WriteLine($"{name.PadRight(NameWidth)}{value}");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Throughput(JobFigures figures) =>
        (figures.BytesRead / 1e6 / Math.Max(figures.ReadTime.TotalSeconds, 1e-9)).ToString("N0", CultureInfo.InvariantCulture);
}
