using DriverSdk.Differential.Campaigns;
using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Sequences;
using DriverSdk.Differential.Trees;

namespace DriverSdk.Qtest.Tests.RandomSlices;

/// <summary>A slice of the random comparisons with a fresh seed; tests/DriverSdk.Differential runs long ones.</summary>
[TestClass]
public sealed class RandomComparisonTests
{
    private static readonly TimeSpan NoLimit = TimeSpan.FromHours(1);

    [TestMethod]
    [DataRow("unit", 5000)]
    [DataRow("unit-stale", 1000)]
    [DataRow("unit-minimal", 1000)]
    [DataRow("door", 60)]
    [DataRow("qemu", 100)]
    public void RandomTrees_EndAsTheSlowTwinSays(string machine, int count)
    {
        using var rig = Start(machine);
        Check(Comparisons.Trees(rig, FreshSeed(), count, NoLimit));
    }

    [TestMethod]
    [DataRow("unit", 1000)]
    [DataRow("unit-stale", 1000)]
    [DataRow("unit-minimal", 300)]
    [DataRow("door", 30)]
    [DataRow("qemu", 60)]
    public void RandomSequences_EndInAWayThatTheCachesMayCause(string machine, int count)
    {
        using var rig = Start(machine);
        Check(Comparisons.Sequences(rig, FreshSeed(), count, NoLimit));
    }

    [TestMethod]
    public void TheGenerator_ReachesEveryFaultThatTablesCanRaise()
    {
        var seed = FreshSeed();
        using var rig = Start("unit");
        var comparison = new TreeComparison(rig);
        for (var tree = 0; tree < 5000; tree++)
            Assert.IsNull(comparison.Compare(seed + tree));
        CollectionAssert.IsSubsetOf(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 9, 0xa, 0xb, 0xc, 0xe }, comparison.Outcomes.Keys.ToArray(), $"seed {seed}");
    }

    [TestMethod]
    public void TheSequences_AreOftenUndecided()
    {
        var seed = FreshSeed();
        using var rig = Start("unit-stale");
        var (requests, undecided) = (0, 0);
        for (var one = 0; one < 200; one++)
        {
            var sequence = new RandomSequence(seed + one, rig);
            Assert.IsNull(sequence.Run(Comparisons.SequenceSteps));
            requests += sequence.RequestCount;
            undecided += sequence.AmbiguousCount;
        }

        Assert.IsGreaterThan(requests / 20, undecided, $"seed {seed}: {undecided} of {requests} requests could end in two ways, too few to show what caches do");
    }

    private static IRig Start(string machine)
    {
        if (RigList.TryMake(machine, out var rig, out var why))
            return rig;
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail(why);
        Assert.Inconclusive(why);
        throw new InvalidOperationException(why);
    }

    private static int FreshSeed()
    {
        var seed = Random.Shared.Next(1 << 30);
        Console.WriteLine($"seed {seed}");
        return seed;
    }

    private static void Check(ComparisonResult result)
    {
        Console.WriteLine($"{result.Count} compared, {result.Requests} requests");
        Assert.IsEmpty(result.Differences, string.Join('\n', result.Differences));
    }
}
