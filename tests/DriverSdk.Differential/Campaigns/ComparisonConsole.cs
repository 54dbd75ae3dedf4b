using System.Diagnostics;
using DriverSdk.Differential.Rigs;
using DriverSdk.PlantedDefects;
using Spectre.Console;

namespace DriverSdk.Differential.Campaigns;

/// <summary>What a person sees of a campaign.</summary>
internal static class ComparisonConsole
{
    private const int NothingFound = 0;
    private const int SomethingFound = 1;
    private const int BadInput = 2;

    /// <summary>A comparison as a loop.</summary>
    public delegate ComparisonResult Comparison(IRig rig, int seed, int count, TimeSpan limit, Action? onDone);

    /// <summary>Runs a comparison, shows it, and writes its record.</summary>
    public static int Compare(string command, Comparison comparison, ComparisonOptions options)
    {
        if (!RigList.TryMake(options.Against, out var rig, out var why))
        {
            Console.Error.WriteLine(why);
            return BadInput;
        }

        using (rig)
        {
            Console.WriteLine($"{command} against {rig.Name}, seed {options.Seed}");
            var commit = CampaignRecord.Commit(options.Root);
            var clock = Stopwatch.StartNew();
            var result = Run(command, comparison, rig, options);
            foreach (var difference in result.Differences)
                Console.Error.WriteLine(difference);
            Console.WriteLine($"{result.Count} done, {result.Requests} requests, {result.Differences.Count} differences in {clock.Elapsed.TotalSeconds:0.0} s");
            CampaignPage.Write(options.Root, new CampaignRow(command, rig.Name, commit, options.Seed, result.Count, result.Requests, result.Differences.Count, clock.Elapsed));
            return result.Differences.Count == 0 ? NothingFound : SomethingFound;
        }
    }

    private static ComparisonResult Run(string command, Comparison comparison, IRig rig, ComparisonOptions options) =>
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask(command, maxValue: options.Count);
            return comparison(rig, options.Seed, options.Count, options.Limit, () => task.Increment(1));
        });
}
