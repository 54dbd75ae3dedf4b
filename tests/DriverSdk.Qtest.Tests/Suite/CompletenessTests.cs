using System.Reflection;
using DriverSdk.Contract.Faults;

namespace DriverSdk.Qtest.Tests.Suite;

[TestClass]
public sealed class CompletenessTests
{
    private const int FewestScenarios = 150;

    private static readonly MethodInfo[] Scenarios =
        [.. typeof(CompletenessTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(method => Rows(method) > 0)];

    [TestMethod]
    public void EveryFaultReason_HasAScenarioOrAReasonWhyNot() =>
        ShouldCover(Enum.GetValues<FaultReason>(), Shown.Where(shown => shown.Cell is null).Select(shown => shown.Reason), Unreachable.Faults);

    [TestMethod]
    public void EveryInvalidationByEveryGranularity_HasAScenarioOrAReasonWhyNot() =>
        ShouldCover(Enum.GetValues<InvalidationCell>(), Shown.Select(shown => shown.Cell).OfType<InvalidationCell>(), Unreachable.Cells);

    [TestMethod]
    public void TheSuite_HasAsManyScenariosAsItPromises() =>
        Assert.IsGreaterThanOrEqualTo(FewestScenarios, Scenarios.Sum(method => method.GetCustomAttributes<OnBothMachinesAttribute>().Count()));

    [TestMethod]
    public void AScenario_ReallyTakesTheMachineAsItsFirstArgument()
    {
        var wrong = Scenarios.Where(method => method.GetParameters().FirstOrDefault()?.ParameterType != typeof(MachineKind)
            || method.GetCustomAttribute<TestMethodAttribute>() is null);

        Assert.AreEqual("", string.Join(", ", wrong.Select(method => method.Name)));
    }

    private static IEnumerable<ShowsAttribute> Shown => Scenarios.SelectMany(method => method.GetCustomAttributes<ShowsAttribute>());

    private static void ShouldCover<T>(IEnumerable<T> all, IEnumerable<T> shown, IReadOnlyDictionary<T, string> unreachable)
        where T : struct, Enum
    {
        var covered = shown.ToHashSet();
        var wrong = all.Distinct().Where(item => covered.Contains(item) == unreachable.ContainsKey(item))
            .Select(item => $"{item}: {(covered.Contains(item) ? "a scenario shows it, so take it from Unreachable" : "no scenario shows it, and Unreachable does not say why")}");

        Assert.AreEqual("", string.Join("\n", wrong));
    }

    private static int Rows(MethodInfo method) =>
        method.GetCustomAttributes<OnBothMachinesAttribute>().Count() + method.GetCustomAttributes<OnDriverSdkAttribute>().Count();
}
