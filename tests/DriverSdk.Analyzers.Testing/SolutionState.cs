using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>What a project looks like before or after a fix, with the diagnostics expected in it.</summary>
public class SolutionState(string defaultPrefix, string defaultExtension)
{
    public SourceFileList Sources { get; } = new(defaultPrefix, defaultExtension);

    public SourceFileList AdditionalFiles { get; } = new(defaultPrefix, "txt");

    public SourceFileList AnalyzerConfigFiles { get; } = new(defaultPrefix, "editorconfig");

    public List<MetadataReference> AdditionalReferences { get; } = [];

    public List<DiagnosticResult> ExpectedDiagnostics { get; } = [];

    public OutputKind? OutputKind { get; set; }

    public MarkupMode MarkupHandling { get; set; } = MarkupMode.Allow;

    /// <summary>Takes the markup out of the sources and adds what it expects.</summary>
    internal SolutionState WithProcessedMarkup(Func<string, DiagnosticResult> resultOf)
    {
        var state = new SolutionState(defaultPrefix, defaultExtension) { OutputKind = OutputKind, MarkupHandling = MarkupMode.None };
        state.AdditionalFiles.AddRange(AdditionalFiles);
        state.AnalyzerConfigFiles.AddRange(AnalyzerConfigFiles);
        state.AdditionalReferences.AddRange(AdditionalReferences);
        var marked = new Dictionary<string, ExpectedLocation>();
        foreach (var (name, content) in Sources)
        {
            if (MarkupHandling == MarkupMode.None)
            {
                state.Sources.Add((name, content));
                continue;
            }

            TestFileMarkupParser.GetPositionsAndSpans(content.ToString(), out var code, out _, out var spans);
            var text = SourceText.From(code);
            state.Sources.Add((name, text));
            AddMarked(state, name, text, spans, marked, resultOf);
        }

        state.ExpectedDiagnostics.AddRange(ExpectedDiagnostics.Select(expected => expected.Resolve(marked)));
        return state;
    }

    private void AddMarked(
        SolutionState state, string name, SourceText text, ImmutableDictionary<string, ImmutableArray<TextSpan>> spans,
        Dictionary<string, ExpectedLocation> marked, Func<string, DiagnosticResult> resultOf)
    {
        foreach (var (id, places) in spans)
        {
            foreach (var place in places)
            {
                var lines = text.Lines.GetLinePositionSpan(place);
                if (id.StartsWith('#'))
                    marked.Add(id, new ExpectedLocation(name, lines.Start, lines.End, null));
                else if (MarkupHandling == MarkupMode.Allow)
                    state.ExpectedDiagnostics.Add(resultOf(id).WithSpan(name, new FileLinePositionSpan(name, lines)));
            }
        }
    }
}
