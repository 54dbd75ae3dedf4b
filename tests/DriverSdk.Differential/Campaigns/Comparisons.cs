using System.Diagnostics;
using DriverSdk.Differential.Hostile;
using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Sequences;
using DriverSdk.Differential.Trees;

namespace DriverSdk.Differential.Campaigns;

/// <summary>The comparisons as loops over seeds; the suite runs short ones, the commands long ones.</summary>
internal static class Comparisons
{
    /// <summary>Steps of one random sequence.</summary>
    public const int SequenceSteps = 60;

    private const int MaxDifferences = 20;

    /// <summary>Compares trees with seeds from <paramref name="seed"/> up.</summary>
    public static ComparisonResult Trees(IRig rig, int seed, int count, TimeSpan limit, Action? onDone = null)
    {
        var comparison = new TreeComparison(rig);
        var differences = new List<string>();
        var done = Repeat(seed, count, limit, differences, comparison.Compare, onDone);
        return new ComparisonResult(done, comparison.RequestCount, differences);
    }

    /// <summary>Compares sequences with seeds from <paramref name="seed"/> up.</summary>
    public static ComparisonResult Sequences(IRig rig, int seed, int count, TimeSpan limit, Action? onDone = null)
    {
        var requests = 0L;
        var differences = new List<string>();
        var done = Repeat(seed, count, limit, differences, one =>
        {
            var sequence = new RandomSequence(one, rig);
            var difference = sequence.Run(SequenceSteps);
            requests += sequence.RequestCount;
            return difference is null ? null : $"sequence {one}, {difference}";
        }, onDone);
        return new ComparisonResult(done, requests, differences);
    }

    /// <summary>Rounds of hostile lines against machines in this process, with seeds from <paramref name="seed"/> up.</summary>
    public static ComparisonResult Hostile(int seed, int count, TimeSpan limit, Action? onDone = null)
    {
        var differences = new List<string>();
        var done = Repeat(seed, count, limit, differences, HostileDoor.Round, onDone);
        return new ComparisonResult(done, (long)done * HostileDoor.LinesPerRound, differences);
    }

    private static int Repeat(int seed, int count, TimeSpan limit, List<string> differences, Func<int, string?> compare, Action? onDone)
    {
        var clock = Stopwatch.StartNew();
        for (var done = 0; done < count; done++)
        {
            if (clock.Elapsed > limit || differences.Count >= MaxDifferences)
                return done;
            if (compare(seed + done) is { } difference)
                differences.Add(difference);
            onDone?.Invoke();
        }

        return count;
    }
}
