using System.Diagnostics;
using System.Globalization;

namespace DriverSdk.Benchmarks.Recording;

/// <summary>How long is it from nothing to the first DMA? In a fresh process from the machine's build, and from the start of the process, beside one that does nothing.</summary>
internal static class StartFigures
{
    public const string FirstDmaVerb = "first-dma";
    public const string NothingVerb = "nothing";

    private const int StartsPerSeries = 5;
    private const int ImageBytes = 1 << 20;

    public static IReadOnlyList<StartFigure> Measure()
    {
        var image = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(image, new byte[ImageBytes]);
            var (first, second) = (Series.Take(image), Series.Take(image));
            var floor = Math.Min(first.Nothing, second.Nothing);
            var warm = Math.Min(first.Warm, second.Warm);
            return
            [
                new("A process that does nothing, start to its first line (floor)", first.Nothing, second.Nothing, floor),
                new("Process start to the first block read by DMA", first.Process, second.Process, floor),
                new("The same work once more in the same process (floor)", first.Warm, second.Warm, warm),
                new("Machine build to the driver bound: tens of DMAs done", first.Bound, second.Bound, warm),
                new("Machine build to the first block read by DMA, in a fresh process", first.Cold, second.Cold, warm),
            ];
        }
        finally
        {
            File.Delete(image);
        }
    }

    /// <summary>Starts this program again and waits for its end.</summary>
    /// <returns>Nanoseconds until its first line came, and all that it printed.</returns>
    private static (double Nanoseconds, string Text) Start(params string[] arguments)
    {
        var program = Path.ChangeExtension(typeof(StartFigures).Assembly.Location, null);
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var line = process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"'{program} {string.Join(' ', arguments)}' printed nothing.");
        var time = clock.Elapsed.TotalNanoseconds;
        var rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (time, $"{line} {rest}");
    }

    private sealed record Series(double Nothing, double Process, double Bound, double Cold, double Warm)
    {
        public static Series Take(string image)
        {
            var (nothing, process) = (new double[StartsPerSeries], new double[StartsPerSeries]);
            double[][] inside = [new double[StartsPerSeries], new double[StartsPerSeries], new double[StartsPerSeries]];
            for (var start = 0; start < StartsPerSeries; start++)
            {
                nothing[start] = Start(NothingVerb).Nanoseconds;
                (process[start], var text) = Start(FirstDmaVerb, image);
                var parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                for (var part = 0; part < inside.Length; part++)
                    inside[part][start] = double.Parse(parts[part], CultureInfo.InvariantCulture);
            }

            return new Series(nothing.Min(), process.Min(), inside[0].Min(), inside[1].Min(), inside[2].Min());
        }
    }
}
