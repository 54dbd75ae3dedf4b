namespace BugsAndReports;

/// <summary>One bug as text: its build diagnostic above, its run-time report below.</summary>
internal static class Page
{
    private const string Unseen = "nothing was found: here the bug would have gone unseen";

    public static string Of(BugCase bug, BuildDiagnostic? diagnostic, Finding finding)
    {
        var lines = new List<string>
        {
            $"{bug.RuleId}  {bug.Title}",
            "  build",
            Indented(diagnostic?.ToString() ?? Unseen),
            "  run",
            Indented(finding.Report ?? Unseen),
        };
        foreach (var consequence in finding.Consequences)
        {
            lines.Add("  and therefore");
            lines.Add(Indented(consequence));
        }

        return string.Join('\n', lines) + "\n\n";
    }

    private static string Indented(string text) => "    " + text.Replace("\n", "\n    ", StringComparison.Ordinal);
}
