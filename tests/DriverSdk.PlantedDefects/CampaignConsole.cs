using System.Diagnostics;
using Spectre.Console;

namespace DriverSdk.PlantedDefects;

/// <summary>What a person sees of a campaign.</summary>
internal static class CampaignConsole
{
    private const int AllNoticed = 0;
    private const int SomethingSurvived = 1;
    private const int BadInput = 2;
    private const int DetailLines = 12;

    public static int Print(IReadOnlyList<PlantedDefect> defects)
    {
        var table = new Table().AddColumns("defect", "file", "test");
        foreach (var defect in defects)
            table.AddRow(Markup.Escape(defect.Name), Markup.Escape(defect.File), Markup.Escape(defect.Filter));
        AnsiConsole.Write(table);
        return AllNoticed;
    }

    public static int Run(CampaignOptions options, IReadOnlyList<PlantedDefect> defects)
    {
        if (defects.Count == 0)
        {
            Console.Error.WriteLine("No defect has such a name; --list prints all of them.");
            return BadInput;
        }

        var clock = Stopwatch.StartNew();
        var commit = CampaignRecord.Commit(options.Root);
        using var tree = new TreeCopy(options.Root, options.Tree);
        var results = Plant(new Campaign(tree, options.TestLimit), defects, clock, options.TimeLimit, out var untouched);
        if (untouched is not null)
        {
            Console.Error.WriteLine($"The tree fails before any defect is planted:\n{untouched}");
            return BadInput;
        }

        Show(results, clock.Elapsed);
        if (defects.Count == PlantedDefectList.All.Count)
            CampaignRecord.Write(options.Root, commit, results, clock.Elapsed);
        return results.TrueForAll(result => result.IsNoticed) ? AllNoticed : SomethingSurvived;
    }

    private static List<DefectResult> Plant(Campaign campaign, IReadOnlyList<PlantedDefect> defects, Stopwatch clock, TimeSpan timeLimit, out string? untouched)
    {
        var results = new List<DefectResult>();
        string? failure = null;
        AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask("building the untouched tree", maxValue: defects.Count + 1);
            failure = campaign.CheckUntouchedTree(defects);
            if (failure is not null)
                return;
            task.Increment(1);
            foreach (var defect in defects.TakeWhile(_ => clock.Elapsed < timeLimit))
            {
                task.Description = Markup.Escape(defect.Name);
                results.Add(campaign.Run(defect));
                AnsiConsole.WriteLine($"{results[^1].Outcome} {defect.Name}");
                task.Increment(1);
            }
        });
        untouched = failure;
        return results;
    }

    private static void Show(List<DefectResult> results, TimeSpan duration)
    {
        var table = new Table().AddColumns("defect", "test", "outcome", "seconds");
        foreach (var result in results)
            table.AddRow(Markup.Escape(result.Defect.Name), Markup.Escape(result.Defect.Filter), Colour(result), $"{result.Duration.TotalSeconds:0.0}");
        AnsiConsole.Write(table);
        foreach (var result in results.Where(result => !result.IsNoticed))
            Console.Error.WriteLine($"{result.Defect.Name}: {result.Outcome}\n{Tail(result.Detail)}");
        Console.WriteLine($"{results.Count} planted, {results.Count(result => result.IsNoticed)} noticed, {results.Count(result => !result.IsNoticed)} not, in {duration.TotalSeconds:0} s");
    }

    private static string Colour(DefectResult result) => $"[{(result.IsNoticed ? "green" : "red")}]{result.Outcome}[/]";

    private static string Tail(string text) => string.Join('\n', text.TrimEnd().Split('\n').TakeLast(DetailLines).Select(line => "  " + line));
}
