namespace BugsAndReports;

/// <summary>One diagnostic of the build.</summary>
internal sealed record BuildDiagnostic(string RuleId, string File, int Line, string Message)
{
    /// <summary>The diagnostic as a compiler prints it.</summary>
    public override string ToString() => $"{File}:{Line}: {RuleId} {Message}";
}
