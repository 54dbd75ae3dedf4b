using DriverSdk.Contract.Addressing;
using DriverSdk.Sanitizer;

namespace DriverSdk.Testing;

/// <summary>Findings of one rule, and what more a scenario may expect of one of them.</summary>
public sealed class ReportExpectation
{
    private readonly IReadOnlyList<Violation> _matching;

    internal ReportExpectation(IReadOnlyList<Violation> matching) => _matching = matching;

    /// <summary>The first finding that meets every expectation so far.</summary>
    public Violation Violation => _matching[0];

    /// <summary>Expects that the report names this device address.</summary>
    /// <exception cref="ScenarioFailedException">No report does; the message shows those that there are.</exception>
    public ReportExpectation At(Iova address) => Narrow($"name {address}", report => report.Facts.Contains(address.ToString()));

    /// <summary>Expects that the report names this device.</summary>
    /// <param name="deviceName">The device's name, such as <c>0000:00:02.0</c>.</param>
    /// <exception cref="ScenarioFailedException">No report does; the message shows those that there are.</exception>
    public ReportExpectation By(string deviceName) => Narrow($"name device '{deviceName}'", report => report.DeviceName == deviceName);

    /// <summary>Expects that nothing else of the rule was reported.</summary>
    /// <exception cref="ScenarioFailedException">There are more reports.</exception>
    public ReportExpectation Once() =>
        _matching.Count == 1 ? this : throw new ScenarioFailedException($"One report was expected, {_matching.Count} were made:{MachineExpectations.Lines(_matching)}");

    private ReportExpectation Narrow(string expected, Func<Violation, bool> fits)
    {
        var left = _matching.Where(fits).ToArray();
        return left.Length != 0 ? new ReportExpectation(left) : throw new ScenarioFailedException($"A report should {expected}; there is only:{MachineExpectations.Lines(_matching)}");
    }
}
