using System.Collections.Immutable;
using DriverSdk.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace DriverSdk.CodeFixes;

/// <summary>Compiles and analyses what a fix would write, before it is offered.</summary>
internal static class FixValidator
{
    /// <summary>Whether the changed document compiles as well as before and the marked call has no finding any more.</summary>
    public static async Task<bool> IsCleanAsync(
        Document before, SyntaxNode changedRoot, SyntaxAnnotation call, Func<FindingSet, IEnumerable<SyntaxNode>> findings, CancellationToken cancellationToken)
    {
        var after = before.WithSyntaxRoot(changedRoot);
        if (await after.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } model
            || await before.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } original
            || FlowModel.For(model.Compilation) is not { } flow)
            return false;

        var root = await model.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false);
        var node = root.GetAnnotatedNodes(call).FirstOrDefault();
        if (node is null || Errors(model, cancellationToken) > Errors(original, cancellationToken))
            return false;
        return flow.FindingsAround(node, cancellationToken) is { } found && !findings(found).Contains(node);
    }

    private static int Errors(SemanticModel model, CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> diagnostics = model.GetDiagnostics(cancellationToken: cancellationToken);
        return diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }
}
