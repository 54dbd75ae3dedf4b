using System.Collections.Immutable;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Pairs each expected diagnostic with one that was reported; what is left on either side fails the test.</summary>
internal sealed class DiagnosticMatcher(IVerifier verifier)
{
    public void Match(IReadOnlyCollection<DiagnosticResult> expected, ImmutableArray<Diagnostic> actual)
    {
        var missing = expected.ToList();
        var extra = new List<Diagnostic>();
        foreach (var diagnostic in actual)
        {
            var index = missing.FindIndex(candidate => Matches(candidate, diagnostic));
            if (index >= 0)
                missing.RemoveAt(index);
            else
                extra.Add(diagnostic);
        }

        if (missing.Count == 0 && extra.Count == 0)
            return;

        verifier.Fail(string.Join("\n",
            missing.Select(result => $"expected, not reported: {result}")
                .Concat(extra.Select(diagnostic => $"reported, not expected: {Describe(diagnostic)}"))
                .Prepend($"{expected.Count} expected, {actual.Length} reported")));
    }

    private static bool Matches(DiagnosticResult expected, Diagnostic actual) =>
        expected.Id == actual.Id
        && (expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) || expected.Severity == actual.Severity)
        && (expected.ExpectedMessage() is not { } message || message == actual.GetMessage())
        && (expected.IsSuppressed is not { } suppressed ? !actual.IsSuppressed : suppressed == actual.IsSuppressed)
        && LocationsMatch(expected, actual);

    private static bool LocationsMatch(DiagnosticResult expected, Diagnostic actual)
    {
        if (!expected.HasLocation)
            return actual.Location == Location.None;
        if (!expected.Spans[0].Matches(actual.Location))
            return false;
        if (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
            return true;
        return expected.Spans.Length - 1 == actual.AdditionalLocations.Count
            && expected.Spans.Skip(1).Zip(actual.AdditionalLocations).All(pair => pair.First.Matches(pair.Second));
    }

    private static string Describe(Diagnostic diagnostic) =>
        string.Join("\n    ", diagnostic.AdditionalLocations.Select(place => $"also at {place.GetLineSpan()}: {Text(place)}").Prepend($"{diagnostic}: {Text(diagnostic.Location)}"));

    private static string Text(Location location) => location.SourceTree?.GetText().ToString(location.SourceSpan) ?? "no source";
}
