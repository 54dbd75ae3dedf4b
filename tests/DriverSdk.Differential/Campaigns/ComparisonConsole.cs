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
            return Record(command, rig.Name, options, onDone => comparison(rig, options.Seed, options.Count, options.Limit, onDone));
    }

    /// <summary>Runs hostile rounds until the time is over, shows them, and writes their record.</summary>
    public static int Hostile(ComparisonOptions options) =>
        Record("hostile", options.Against, options, onDone => Comparisons.Hostile(options.Seed, options.Count, options.Limit, onDone));

    private static int Record(string command, string machine, ComparisonOptions options, Func<Action?, ComparisonResult> run)
    {
        Console.WriteLine($"{command} against {machine}, seed {options.Seed}");
        var commit = CampaignRecord.Commit(options.Root);
        var clock = Stopwatch.StartNew();
        var result = Show(command, options.Count, run);
        foreach (var difference in result.Differences)
            Console.Error.WriteLine(difference);
        Console.WriteLine($"{result.Count} done, {result.Requests} requests, {result.Differences.Count} differences in {clock.Elapsed.TotalSeconds:0.0} s");
        CampaignPage.Write(options.Root, new CampaignRow(command, machine, commit, options.Seed, result.Count, result.Requests, result.Differences.Count, clock.Elapsed));
        return result.Differences.Count == 0 ? NothingFound : SomethingFound;
    }

    private static ComparisonResult Show(string command, int count, Func<Action?, ComparisonResult> run) =>
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask(command, maxValue: count);
            return run(() => task.Increment(1));
        });
}
