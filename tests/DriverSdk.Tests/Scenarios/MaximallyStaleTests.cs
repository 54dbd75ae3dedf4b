using System.Reflection;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Tests.Kernel.Debugging;
using DriverSdk.Tests.Kernel.Dma;
using DriverSdk.Tests.Kernel.Iommu;
using DriverSdk.Tests.Sanitizer;

namespace DriverSdk.Tests.Scenarios;

/// <summary>
/// Every story told of the kernel, told again on units that cache all they may and forget nothing by themselves. The kernel must name each change in an invalidation:
/// no request may be served by an entry that memory no longer agrees with.
/// </summary>
[TestClass]
public sealed class MaximallyStaleTests
{
    private static readonly CachePolicy Policy = CachePolicy.MaximallyStale with { DetectsStaleUse = true };

    private static readonly Type[] Stories =
    [
        typeof(AtomicContextScenarios), typeof(BigMemoryScenarios), typeof(BridgeScenarios), typeof(ContextsScenarios), typeof(DmaRandomDriverScenarios),
        typeof(InterruptRoutingScenarios), typeof(InterruptsScenarios), typeof(IommuScenarios), typeof(LocksScenarios), typeof(SanitizerScenarios),
        typeof(DmaApiTests), typeof(IommuDomainTests), typeof(InvalidationOrderTests), typeof(ReservedIovaTests), typeof(VtdDriverTests),
        typeof(DmaDebugBalanceTests), typeof(SanitizerReportTests),
    ];

    /// <summary>Stories in which a device does use what the kernel has not invalidated yet, and why.</summary>
    private static readonly Dictionary<string, string> Deliberate = new()
    {
        [nameof(IommuScenarios.AChangedEntryStaysUsable_UntilItsInvalidation_OnEveryMachine)] = "it shows the time between unmap and flush",
    };

    /// <summary>Stories that are not told again, and why.</summary>
    private static readonly Dictionary<string, string> Untold = new()
    {
        [nameof(DmaApiTests.MapAndUnmap_OnceWarm_AllocateNothing)] = "caches without bounds grow",
    };

    public static IEnumerable<object[]> Told =>
        from story in Stories
        from method in story.GetMethods()
        where method.IsDefined(typeof(TestMethodAttribute)) && !Untold.ContainsKey(method.Name)
        select new object[] { story, method.Name };

    [TestMethod]
    [DynamicData(nameof(Told))]
    public void TheStory_HoldsWithoutAStaleUse(Type story, string method)
    {
        foreach (var arguments in ArgumentsOf(story.GetMethod(method)!))
        {
            using var scope = CachePolicyScope.Begin(Policy);
            Tell(story, method, arguments);
            var stale = scope.Units.Where(unit => unit.StaleUses is not null).SelectMany(unit => unit.StaleUses!.Kept).ToArray();
            Assert.AreEqual(Deliberate.ContainsKey(method), stale.Length > 0, string.Join(Environment.NewLine, stale.AsEnumerable()));
        }
    }

    private static IEnumerable<object?[]?> ArgumentsOf(MethodInfo method)
    {
        var sources = method.GetCustomAttributes().OfType<ITestDataSource>().ToArray();
        if (sources.Length == 0)
            return [null];
        return sources.SelectMany(source => source.GetData(method));
    }

    private static void Tell(Type story, string method, object?[]? arguments)
    {
        var teller = Activator.CreateInstance(story);
        try
        {
            (story.GetMethod(method)!.Invoke(teller, BindingFlags.DoNotWrapExceptions, null, arguments, null) as Task)?.GetAwaiter().GetResult();
        }
        finally
        {
            (teller as IDisposable)?.Dispose();
        }
    }
}
