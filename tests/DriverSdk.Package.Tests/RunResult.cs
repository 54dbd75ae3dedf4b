namespace DriverSdk.Package.Tests;

/// <summary>How a command ended.</summary>
/// <param name="Command">The command as typed.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output and error in the order they came.</param>
internal sealed record RunResult(string Command, int ExitCode, string Output)
{
    public RunResult ShouldSucceed()
    {
        Assert.AreEqual(0, ExitCode, $"'{Command}' failed with exit code {ExitCode}:{Environment.NewLine}{Output}");
        return this;
    }

    public RunResult ShouldFail()
    {
        Assert.AreNotEqual(0, ExitCode, $"'{Command}' was expected to fail:{Environment.NewLine}{Output}");
        return this;
    }

    /// <summary>The lines that report <paramref name="ruleId"/>, each once.</summary>
    public IReadOnlyList<string> LinesOf(string ruleId) =>
        [.. Output.Split('\n').Select(line => line.Trim()).Where(line => line.Contains($" {ruleId}:", StringComparison.Ordinal)).Distinct()];

    public RunResult ShouldReport(string ruleId, string severity = "warning")
    {
        Assert.IsTrue(LinesOf(ruleId).Any(line => line.Contains($": {severity} {ruleId}:", StringComparison.Ordinal)),
            $"'{Command}' was expected to print a {severity} {ruleId}:{Environment.NewLine}{Output}");
        return this;
    }

    public RunResult ShouldNotReport(string ruleId)
    {
        Assert.IsEmpty(LinesOf(ruleId), $"'{Command}' was expected not to print {ruleId}:{Environment.NewLine}{Output}");
        return this;
    }
}
