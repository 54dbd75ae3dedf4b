using DriverSdk.Machines;
using DriverSdk.Sanitizer;

namespace DriverSdk.Testing;

/// <summary>What a scenario may expect of any machine, also of one that a test has built itself.</summary>
public static class MachineExpectations
{
    /// <summary>Expects that the sanitizer has reported a rule.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="ruleId">The rule, such as <c>DRV1002</c>.</param>
    /// <exception cref="ScenarioFailedException">It has not; the message lists what it has reported.</exception>
    public static ReportExpectation ShouldReport(this Machine machine, string ruleId)
    {
        ArgumentNullException.ThrowIfNull(machine);
        var all = machine.Sanitizer.Violations;
        var matching = all.Where(report => report.RuleId.Equals(ruleId, StringComparison.OrdinalIgnoreCase)).ToArray();
        return matching.Length != 0 ? new ReportExpectation(matching) : throw new ScenarioFailedException($"{ruleId} should be reported; the sanitizer reported {Lines(all)}");
    }

    /// <summary>Expects that the sanitizer has reported nothing.</summary>
    /// <param name="machine">The machine.</param>
    /// <exception cref="ScenarioFailedException">It has; the message lists what.</exception>
    public static void ShouldReportNothing(this Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        if (machine.Sanitizer.Count != 0)
            throw new ScenarioFailedException($"Nothing should be reported; the sanitizer reported {Lines(machine.Sanitizer.Violations)}");
    }

    internal static string Lines(IReadOnlyList<Violation> reports) =>
        reports.Count == 0 ? "nothing." : Environment.NewLine + string.Join(Environment.NewLine, reports);
}
