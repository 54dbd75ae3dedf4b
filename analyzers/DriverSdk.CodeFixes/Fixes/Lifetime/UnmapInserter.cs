using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>Writes the unmap into a tree; whether the result is right is for <see cref="FixValidator"/> to say.</summary>
internal sealed class UnmapInserter(UnmapCall unmap, SyntaxAnnotation mark)
{
    private static readonly SyntaxAnnotation Insertion = new("unmap before");

    /// <summary>Writes the unmap into every place.</summary>
    public SyntaxNode AtPlaces(SyntaxNode root, InvocationExpressionSyntax map, List<UnmapPlace> places)
    {
        var atEnd = places.Where(place => place.AtEnd).Select(place => place.Statement).ToList();
        var changed = root.ReplaceNodes<SyntaxNode, SyntaxNode>([map, .. places.Select(place => place.Statement).Distinct()], (original, rewritten) => original switch
        {
            _ when original == map => rewritten.WithAdditionalAnnotations(mark),
            BlockSyntax block when atEnd.Contains(block) => ((BlockSyntax)rewritten).AddStatements(unmap.ToStatement()),
            StatementSyntax statement when atEnd.Contains(statement) => Block((StatementSyntax)rewritten, rewritten, unmap.ToStatement()),
            StatementSyntax statement when statement.Parent is BlockSyntax or SwitchSectionSyntax => rewritten.WithAdditionalAnnotations(Insertion),
            StatementSyntax => Block((StatementSyntax)rewritten, unmap.ToStatement(), rewritten),
            _ => rewritten,
        });
        return InsertBefore(changed);
    }

    /// <summary>Wraps what follows the mapping into try and finally; unmaps that stood there go.</summary>
    public SyntaxNode? InFinally(SyntaxNode root, InvocationExpressionSyntax map, StatementSyntax? success)
    {
        // if (TryMap(out var loan)) { ... }: what follows is the block.
        if (success is BlockSyntax then)
            return Replace(root, map, then, 0);
        if (map.FirstAncestorOrSelf<StatementSyntax>() is not { Parent: BlockSyntax block } acquisition)
            return null;
        var first = block.Statements.IndexOf(acquisition) + 1;

        // The check for a mapping error stays in front: there is nothing to unmap where it is taken.
        if (first < block.Statements.Count && acquisition is not IfStatementSyntax && block.Statements[first] is IfStatementSyntax { Else: null } check && unmap.IsNamedIn(check.Condition))
            first++;
        return first < block.Statements.Count ? Replace(root, map, block, first) : null;
    }

    private SyntaxNode Replace(SyntaxNode root, InvocationExpressionSyntax map, BlockSyntax block, int first)
    {
        var rest = block.Statements.Skip(first).Select(WithoutUnmaps).Where(statement => statement is not null).Select(statement => statement!).ToList();
        var guarded = SyntaxFactory.TryStatement(
            SyntaxFactory.Block(rest), default, SyntaxFactory.FinallyClause(SyntaxFactory.Block(unmap.ToStatement()))).WithAdditionalAnnotations(Formatter.Annotation);
        var front = block.Statements.Take(first).Select(statement => statement.Contains(map) ? statement.ReplaceNode(map, map.WithAdditionalAnnotations(mark)) : statement);
        var changed = root.ReplaceNode(block, block.WithStatements([.. front, guarded]));
        return changed.GetAnnotatedNodes(mark).Any()
            ? changed
            : changed.ReplaceNode(changed.FindNode(map.Span, getInnermostNodeForTie: true), map.WithAdditionalAnnotations(mark));
    }

    private StatementSyntax? WithoutUnmaps(StatementSyntax statement)
    {
        if (unmap.Is(statement))
            return null;
        var unmaps = statement.DescendantNodes().Where(unmap.Is).ToList();
        if (unmaps.Count == 0)
            return statement;
        var left = statement.RemoveNodes(unmaps.Where(node => node.Parent is BlockSyntax), SyntaxRemoveOptions.KeepNoTrivia);
        return left?.WithAdditionalAnnotations(Formatter.Annotation);
    }

    private SyntaxNode InsertBefore(SyntaxNode root)
    {
        while (root.GetAnnotatedNodes(Insertion).FirstOrDefault() is { } exit)
        {
            var statement = unmap.ToStatement().WithLeadingTrivia(exit.GetLeadingTrivia());
            root = root.ReplaceNode(exit, [statement, exit.WithoutAnnotations(Insertion).WithLeadingTrivia().WithAdditionalAnnotations(Formatter.Annotation)]);
        }

        return root;
    }

    private static BlockSyntax Block(StatementSyntax replaced, params SyntaxNode[] statements) =>
        SyntaxFactory.Block(statements.Select(statement => (StatementSyntax)statement.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.ElasticMarker)))
            .WithTriviaFrom(replaced).WithAdditionalAnnotations(Formatter.Annotation);
}
