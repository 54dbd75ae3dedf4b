using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.Analyzers.Tests.RuleVerifier;

/// <summary>Writes 8 for 7.</summary>
public sealed class DigitFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["TST0001"];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken);
        var digit = (LiteralExpressionSyntax)root!.FindNode(context.Span, getInnermostNodeForTie: true);
        var eight = digit.WithToken(SyntaxFactory.Literal(8).WithTriviaFrom(digit.Token));
        context.RegisterCodeFix(
            CodeAction.Create("Write 8", _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(digit, eight))), "eight"), context.Diagnostics);
    }
}
