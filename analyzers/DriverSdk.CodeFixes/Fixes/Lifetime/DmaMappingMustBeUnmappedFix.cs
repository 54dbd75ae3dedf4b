using System.Collections.Immutable;
using System.Composition;
using DriverSdk.Analyzers.Flow;
using DriverSdk.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>
/// Unmaps before the exit that leaks and before the memory is freed, at the end of the block that runs only where the mapping was made, or in a finally block
/// where that would take several unmaps.
/// </summary>
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
        var inserter = new UnmapInserter(unmap, mark);
        var frees = FlowModel.For(model.Compilation)?.FindingsAround(map, context.CancellationToken)?.FreedWhileMapped
            .Where(freed => freed.Mapping.Syntax.Span == map.Span).Select(freed => freed.Free.Syntax.Span).ToList();
        var places = new UnmapPlaces(unmap, map, diagnostic.AdditionalLocations.Select(location => location.SourceSpan).ToList(), frees ?? []);
        var success = places.Success();
        var own = map.FirstAncestorOrSelf<BlockSyntax>(block => block.Parent is not UsingStatementSyntax);
        var ways = new[] { success, own, null }.Select(region => places.OnEveryWay(root, region)).OfType<List<UnmapPlace>>().ToLookup(way => way.Count == 1);
        var candidates = ways[true].Select(way => (Title: BeforeExit, Root: (SyntaxNode?)inserter.AtPlaces(root, map, way)))
            .Concat(new[] { success, null }.Distinct().Select(guarded => (Title: InFinally, Root: inserter.InFinally(root, map, guarded))))
            .Concat(ways[false].Select(way => (Title: BeforeExit, Root: (SyntaxNode?)inserter.AtPlaces(root, map, way))));
        foreach (var candidate in candidates)
        {
            if (candidate.Root is not { } changed
                || !await FixValidator.IsCleanAsync(context.Document, changed, mark, WrongMappings, context.CancellationToken).ConfigureAwait(false))
                continue;
            context.RegisterCodeFix(CodeAction.Create(candidate.Title, _ => Task.FromResult(context.Document.WithSyntaxRoot(changed)), nameof(DmaMappingMustBeUnmappedFix)), diagnostic);
            return;
        }
    }

    /// <summary>Mappings that leak, that outlive their memory, or that are unmapped where there is nothing to unmap.</summary>
    private static IEnumerable<SyntaxNode> WrongMappings(FindingSet findings) =>
        findings.Leaks.Select(leak => leak.Acquisition.Syntax).Concat(findings.FreedWhileMapped.Select(freed => freed.Mapping.Syntax)).Concat(findings.UnmappedInVain);
}
