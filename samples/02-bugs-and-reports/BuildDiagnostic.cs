namespace BugsAndReports;

/// <summary>One diagnostic of the build.</summary>
internal sealed record BuildDiagnostic(string RuleId, string File, int Line, string Message);
