using System.Collections.Immutable;
using System.Composition;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace DriverSdk.CodeFixes.Fixes.Context;

/// <summary>Moves the call behind the guard's block, or behind the unlock, where it is the last thing done under the lock.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class StaticKeySwitchedInAtomicFix : CodeFixProvider
{
    private const string Title = "Switch the key after the lock is released";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RuleIds.StaticKeySwitchedInAtomic];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var diagnostic = context.Diagnostics[0];
        if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true) is not InvocationExpressionSyntax { Parent: ExpressionStatementSyntax statement } call)
            return;

        var mark = new SyntaxAnnotation();
        foreach (var behind in Places(statement))
        {
            var changed = Move(root, statement, call, behind, mark);
            if (!await FixValidator.IsCleanAsync(
                context.Document, changed, mark, found => found.AtomicSwitches.Select(found => found.Call.Syntax), context.CancellationToken).ConfigureAwait(false))
                continue;
            context.RegisterCodeFix(CodeAction.Create(Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), nameof(StaticKeySwitchedInAtomicFix)), diagnostic);
            return;
        }
    }

    /// <summary>The statements the call may be put behind without passing anything but the end of a lock.</summary>
    private static IEnumerable<StatementSyntax> Places(StatementSyntax statement)
    {
        if (statement.Parent is not BlockSyntax { Statements: var siblings })
            yield break;
        var index = siblings.IndexOf(statement);
        if (index + 1 < siblings.Count && siblings[index + 1] is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax } unlock)
            yield return unlock;

        for (SyntaxNode inner = statement; inner.Parent is BlockSyntax { Parent: UsingStatementSyntax guard } block; inner = guard)
        {
            // With nothing else in the block the lock would guard nothing: what it is for, only the author knows.
            if (block.Statements.Last() != inner || block.Statements.Count < 2 || guard.Parent is not BlockSyntax)
                yield break;
            yield return guard;
        }
    }

    private static SyntaxNode Move(SyntaxNode root, StatementSyntax statement, InvocationExpressionSyntax call, StatementSyntax behind, SyntaxAnnotation mark)
    {
        var moved = statement.ReplaceNode(call, call.WithAdditionalAnnotations(mark)).WithAdditionalAnnotations(Formatter.Annotation);
        var tracked = root.TrackNodes(statement, behind);
        tracked = tracked.InsertNodesAfter(tracked.GetCurrentNode(behind)!, [moved]);
        return tracked.RemoveNode(tracked.GetCurrentNode(statement)!, SyntaxRemoveOptions.KeepNoTrivia)!;
    }
}
