using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Formatting;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Verifies the diagnostics, then applies the fix one by one to a fixed point, then once by fix-all in each scope.</summary>
public abstract class CodeFixTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    private const int MaxIterations = 50;

    protected CodeFixTest()
    {
        FixedState = new SolutionState(DefaultFilePathPrefix, DefaultFileExt);
        BatchFixedState = new SolutionState(DefaultFilePathPrefix, DefaultFileExt);
    }

    public SolutionState FixedState { get; }

    public SolutionState BatchFixedState { get; }

    public string FixedCode { set => FixedState.Sources.Add(value); }

    public string BatchFixedCode { set => BatchFixedState.Sources.Add(value); }

    public int? CodeActionIndex { get; set; }

    public string? CodeActionEquivalenceKey { get; set; }

    public CodeFixTestBehaviors CodeFixTestBehaviors { get; set; }

    public int? NumberOfIncrementalIterations { get; set; }

    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        await base.RunImplAsync(cancellationToken);
        var before = TestState.WithProcessedMarkup(MarkedDiagnostic);
        var after = Inherit(FixedState, before);
        var batch = BatchFixedState.Sources.Count == 0 ? after : Inherit(BatchFixedState, before);
        await VerifyStateAsync(after, Verify.PushContext("Diagnostics of fixed state"), cancellationToken);
        await VerifyIterativeAsync(before, after, Verify.PushContext("Iterative code fix application"), cancellationToken);
        await VerifyFixAllAsync(FixAllScope.Document, CodeFixTestBehaviors.SkipFixAllInDocumentCheck, before, batch, cancellationToken);
        await VerifyFixAllAsync(FixAllScope.Project, CodeFixTestBehaviors.SkipFixAllInProjectCheck, before, batch, cancellationToken);
        await VerifyFixAllAsync(FixAllScope.Solution, CodeFixTestBehaviors.SkipFixAllInSolutionCheck, before, batch, cancellationToken);
    }

    /// <summary>A fixed state that says nothing is the test state: the fix must not be offered.</summary>
    private SolutionState Inherit(SolutionState state, SolutionState before)
    {
        if (state.Sources.Count == 0)
            return before;
        var result = state.WithProcessedMarkup(MarkedDiagnostic);
        result.OutputKind ??= before.OutputKind;
        result.AdditionalReferences.AddRange(before.AdditionalReferences);
        result.AdditionalFiles.AddRange(before.AdditionalFiles);
        result.AnalyzerConfigFiles.AddRange(before.AnalyzerConfigFiles);
        return result;
    }

    private async Task VerifyIterativeAsync(SolutionState before, SolutionState after, IVerifier verifier, CancellationToken cancellationToken)
    {
        var project = await CreateProjectAsync(before, cancellationToken);
        var iterations = 0;
        while (iterations < MaxIterations && await NextActionAsync(project, cancellationToken) is var (action, _, _, _) && action is not null)
        {
            project = await ApplyAsync(project, action, cancellationToken);
            iterations++;
            if (CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
                break;
        }

        verifier.True(iterations < MaxIterations, $"the fix did not come to an end in {MaxIterations} iterations");
        await VerifyProjectAsync(project, after, verifier, cancellationToken);
        if (NumberOfIncrementalIterations is { } expected)
            verifier.Equal(expected, iterations, "number of iterations");
    }

    private async Task VerifyFixAllAsync(
        FixAllScope scope, CodeFixTestBehaviors skip, SolutionState before, SolutionState after, CancellationToken cancellationToken)
    {
        if (CodeFixTestBehaviors.HasFlag(skip) || CodeFixTestBehaviors.HasFlag(CodeFixTestBehaviors.FixOne))
            return;
        var verifier = Verify.PushContext($"Fix all in {scope}");
        var project = await CreateProjectAsync(before, cancellationToken);
        for (var iterations = 0; ; iterations++)
        {
            verifier.True(iterations < MaxIterations, "fix-all did not come to an end");
            var (action, provider, document, diagnostics) = await NextActionAsync(project, cancellationToken);
            if (action is null || provider!.GetFixAllProvider() is not { } fixAll)
                break;
            var source = new FixAllDiagnostics(p => GetFixableAsync(p, provider, cancellationToken));
            var context = new FixAllContext(document!, provider, scope, action.EquivalenceKey, [diagnostics!.Id], source, cancellationToken);
            if (await fixAll.GetFixAsync(context) is not { } all)
                break;
            project = await ApplyAsync(project, all, cancellationToken);
        }

        await VerifyProjectAsync(project, after, verifier, cancellationToken);
    }

    private async Task<(CodeAction? Action, CodeFixProvider? Provider, Document? Document, Diagnostic? Diagnostic)> NextActionAsync(
        Project project, CancellationToken cancellationToken)
    {
        foreach (var provider in GetCodeFixProviders())
        {
            foreach (var diagnostic in await GetFixableAsync(project, provider, cancellationToken))
            {
                var document = project.GetDocument(diagnostic.Location.SourceTree)!;
                var actions = new List<CodeAction>();
                await provider.RegisterCodeFixesAsync(new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), cancellationToken));
                if (Choose(actions) is { } chosen)
                    return (chosen, provider, document, diagnostic);
            }
        }

        return default;
    }

    private CodeAction? Choose(List<CodeAction> actions)
    {
        var matching = CodeActionEquivalenceKey is { } key ? actions.FindAll(action => action.EquivalenceKey == key) : actions;
        return matching.ElementAtOrDefault(CodeActionIndex ?? 0);
    }

    private async Task<ImmutableArray<Diagnostic>> GetFixableAsync(Project project, CodeFixProvider provider, CancellationToken cancellationToken) =>
        [.. (await GetDiagnosticsAsync(project, cancellationToken))
            .Where(diagnostic => !diagnostic.IsSuppressed && provider.FixableDiagnosticIds.Contains(diagnostic.Id) && diagnostic.Location.IsInSource)];

    private static async Task<Project> ApplyAsync(Project project, CodeAction action, CancellationToken cancellationToken)
    {
        var operations = await action.GetOperationsAsync(cancellationToken);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id)!;
        foreach (var id in changed.DocumentIds)
        {
            var document = changed.GetDocument(id)!;
            var formatted = await Formatter.FormatAsync(document, Formatter.Annotation, cancellationToken: cancellationToken);

            // From text, so that what is compared and analysed next is what a person would have in the file.
            changed = changed.Solution.WithDocumentText(id, await formatted.GetTextAsync(cancellationToken)).GetProject(project.Id)!;
        }

        return changed;
    }

    private static async Task VerifyProjectAsync(Project project, SolutionState expected, IVerifier verifier, CancellationToken cancellationToken)
    {
        foreach (var ((name, content), document) in expected.Sources.Zip(project.Documents))
        {
            verifier.Equal(name, document.FilePath, "file name");
            verifier.Equal(content.ToString(), (await document.GetTextAsync(cancellationToken)).ToString(), $"content of '{name}'");
        }
    }
}
