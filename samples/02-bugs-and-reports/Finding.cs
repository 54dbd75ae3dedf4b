namespace BugsAndReports;

/// <summary>What a buggy driver's run brought to light.</summary>
/// <param name="Report">The sanitizer's report of the bug's own rule, or null when there was none.</param>
/// <param name="Consequences">What else went wrong because of the bug: reports of other rules, and harm done.</param>
internal sealed record Finding(string? Report, IReadOnlyList<string> Consequences);
