using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>Looks for where an unmap can stand: before the code leaves, and before it frees the memory that is mapped.</summary>
internal sealed class UnmapPlaces(UnmapCall unmap, InvocationExpressionSyntax map, List<TextSpan> exits, List<TextSpan> frees)
{
    /// <summary>The statement that an <c>if</c> runs only where the mapping was made; what comes behind it also runs where it failed.</summary>
    public StatementSyntax? Success()
    {
        if (map.FirstAncestorOrSelf<StatementSyntax>() is not { } acquisition)
            return null;
        if (acquisition is IfStatementSyntax branch)
            return branch.Condition == map ? branch.Statement : IsNot(branch.Condition) && map.Parent == branch.Condition ? branch.Else?.Statement : null;
        var check = SiblingsOf(acquisition).OfType<IfStatementSyntax>().FirstOrDefault(check => check.SpanStart > map.SpanStart && unmap.IsNamedIn(check.Condition));
        return check is not null && IsNot(check.Condition) ? check.Statement : check?.Else?.Statement;
    }

    /// <summary>
    /// A place on the way to every exit: in front of it, or, where it lies behind <paramref name="region"/>, at the region's end. <see langword="null"/> where
    /// an exit is no statement, or where the mapping is still used on the way from the place to the exit.
    /// </summary>
    public List<UnmapPlace>? OnEveryWay(SyntaxNode root, StatementSyntax? region)
    {
        var places = new List<UnmapPlace>();
        foreach (var exit in exits)
        {
            if (PlaceOf(root, exit, region) is not { } place || IsUsed(root, TextSpan.FromBounds(place.Position, exit.End)))
                return null;
            if (!places.Contains(place))
                places.Add(place);
        }

        return places.Count == 0 ? null : places;
    }

    private UnmapPlace? PlaceOf(SyntaxNode root, TextSpan exit, StatementSyntax? region)
    {
        var token = root.FindToken(exit.Start);
        if (token.IsKind(SyntaxKind.CloseBraceToken) && token.Parent is BlockSyntax body)
            return AtEnd(region is not null && body.Contains(region) ? region : body);
        if (token.Parent?.FirstAncestorOrSelf<StatementSyntax>() is not { } statement || statement.Span != exit)
            return null;
        return region is null || region.Contains(statement) ? new UnmapPlace(EarliestFree(statement, region) ?? statement, AtEnd: false) : AtEnd(region);
    }

    private UnmapPlace AtEnd(StatementSyntax region)
    {
        if (region is BlockSyntax block && block.Statements.FirstOrDefault(Frees) is { } free)
            return new UnmapPlace(free, AtEnd: false);
        return Frees(region) ? new UnmapPlace(region, AtEnd: false) : new UnmapPlace(region, AtEnd: true);
    }

    /// <summary>The first statement that is always run on the way to the exit and frees the memory.</summary>
    private StatementSyntax? EarliestFree(StatementSyntax exit, StatementSyntax? region)
    {
        StatementSyntax? earliest = null;
        for (SyntaxNode? node = exit; node is not null && node != region && node is not MemberDeclarationSyntax; node = node.Parent)
        {
            if (node is StatementSyntax statement)
                earliest = SiblingsOf(statement).FirstOrDefault(sibling => sibling.SpanStart < statement.SpanStart && Frees(sibling)) ?? earliest;
        }

        return earliest;
    }

    /// <summary>Whether the statement itself, not one inside it, frees the memory while it is mapped.</summary>
    private bool Frees(StatementSyntax statement) => frees.Any(free =>
        free.Start > map.SpanStart && statement.Span.Contains(free)
        && !statement.DescendantNodes().OfType<StatementSyntax>().Any(inner => inner.Span.Contains(free)));

    private bool IsUsed(SyntaxNode root, TextSpan span) =>
        root.DescendantNodes(span).Any(node => span.Contains(node.Span) && node is IdentifierNameSyntax && unmap.IsNamedIn(node));

    private static SyntaxList<StatementSyntax> SiblingsOf(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => default,
    };

    private static bool IsNot(ExpressionSyntax condition) => condition.IsKind(SyntaxKind.LogicalNotExpression);
}
