using System.Collections.Immutable;
using System.Composition;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>Unmaps before the exit that leaks, or in a finally block where several do.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class DmaMappingMustBeUnmappedFix : CodeFixProvider
{
    private const string BeforeExit = "Unmap before leaving";
    private const string InFinally = "Unmap in a finally block";

    public override ImmutableArray<string> FixableDiagnosticIds { get; } = [RuleIds.DmaMappingMustBeUnmapped];

    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        var diagnostic = context.Diagnostics[0];
        if (root?.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } map
            || model?.GetSymbolInfo(map, context.CancellationToken).Symbol is not IMethodSymbol method
            || UnmapCall.TryCreate(map, method) is not { } unmap)
            return;

        var mark = new SyntaxAnnotation();
        var exits = diagnostic.AdditionalLocations.Select(location => location.SourceSpan).ToList();
        var candidates = new[]
        {
            (Title: BeforeExit, Root: new UnmapInserter(unmap, mark).BeforeExits(root, map, exits)),
            (Title: InFinally, Root: new UnmapInserter(unmap, mark).InFinally(root, map)),
        };
        foreach (var candidate in exits.Count > 1 ? Enumerable.Reverse(candidates) : candidates)
        {
            if (candidate.Root is not { } changed || !await FixValidator.IsCleanAsync(
                context.Document, changed, mark, found => found.Leaks.Select(leak => leak.Acquisition.Syntax), context.CancellationToken).ConfigureAwait(false))
                continue;
            context.RegisterCodeFix(CodeAction.Create(candidate.Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), nameof(DmaMappingMustBeUnmappedFix)), diagnostic);
            return;
        }
    }
}
