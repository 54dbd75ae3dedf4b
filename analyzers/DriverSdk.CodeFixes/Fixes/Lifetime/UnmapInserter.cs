using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Text;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>Writes the unmap into a tree; whether the result is right is for <see cref="FixValidator"/> to say.</summary>
internal sealed class UnmapInserter(UnmapCall unmap, SyntaxAnnotation mark)
{
    private static readonly SyntaxAnnotation Insertion = new("unmap before");

    /// <summary>Puts the unmap in front of every exit, or returns <see langword="null"/> where an exit still uses the mapping or is no statement.</summary>
    public SyntaxNode? BeforeExits(SyntaxNode root, InvocationExpressionSyntax map, List<TextSpan> exits)
    {
        var statements = new List<StatementSyntax>();
        var blocks = new List<BlockSyntax>();
        foreach (var exit in exits)
        {
            var token = root.FindToken(exit.Start);
            if (token.IsKind(SyntaxKind.CloseBraceToken) && token.Parent is BlockSyntax body)
                blocks.Add(map.FirstAncestorOrSelf<BlockSyntax>(block => block.Parent is not UsingStatementSyntax) is { } own && body.Contains(own) ? ScopeOf(map, own) : body);
            else if (token.Parent?.FirstAncestorOrSelf<StatementSyntax>() is { } statement && statement.Span == exit && !Uses(statement))
                statements.Add(statement);
            else
                return null;
        }

        if (exits.Count == 0)
            return null;
        var changed = root.ReplaceNodes<SyntaxNode, SyntaxNode>([map, .. statements, .. blocks.Distinct()], (original, rewritten) => original switch
        {
            _ when original == map => rewritten.WithAdditionalAnnotations(mark),
            BlockSyntax block when blocks.Contains(block) => ((BlockSyntax)rewritten).AddStatements(unmap.ToStatement()),
            StatementSyntax statement when statement.Parent is BlockSyntax or SwitchSectionSyntax => rewritten.WithAdditionalAnnotations(Insertion),
            StatementSyntax statement => SyntaxFactory.Block(unmap.ToStatement(), (StatementSyntax)rewritten.WithoutTrivia())
                .WithTriviaFrom(rewritten).WithAdditionalAnnotations(Formatter.Annotation),
            _ => rewritten,
        });
        return InsertBefore(changed);
    }

    /// <summary>Wraps what follows the mapping into try and finally; unmaps that stood there go.</summary>
    public SyntaxNode? InFinally(SyntaxNode root, InvocationExpressionSyntax map)
    {
        if (map.FirstAncestorOrSelf<StatementSyntax>() is not { } acquisition)
            return null;

        // if (TryMap(out var loan)) { ... }: what follows is the block.
        if (acquisition is IfStatementSyntax { Else: null, Statement: BlockSyntax then } positive && positive.Condition == map)
            return Replace(root, map, then, 0);
        if (acquisition.Parent is not BlockSyntax block)
            return null;
        var first = block.Statements.IndexOf(acquisition) + 1;

        // The check for a mapping error stays in front: there is nothing to unmap where it is taken.
        if (first < block.Statements.Count && acquisition is not IfStatementSyntax && block.Statements[first] is IfStatementSyntax { Else: null } check && Uses(check.Condition))
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

    /// <summary>The innermost block in which the mapping's variable can be named at the end.</summary>
    private static BlockSyntax ScopeOf(InvocationExpressionSyntax map, BlockSyntax own) =>
        map.FirstAncestorOrSelf<StatementSyntax>() is IfStatementSyntax { Statement: BlockSyntax then, Condition: var condition } && condition == map ? then : own;

    private bool Uses(SyntaxNode node) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == unmap.Variable);
}
