using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace DriverSdk.CodeFixes.Fixes.Lifetime;

/// <summary>The statement that undoes a mapping, where it can be written down from the call that made it.</summary>
internal sealed class UnmapCall
{
    private UnmapCall(string variable, ExpressionSyntax call)
    {
        Variable = variable;
        Call = call;
    }

    /// <summary>The variable that holds the mapping.</summary>
    private string Variable { get; }

    private ExpressionSyntax Call { get; }

    public static UnmapCall? TryCreate(InvocationExpressionSyntax map, IMethodSymbol method)
    {
        var loan = map.ArgumentList.Arguments.FirstOrDefault(argument => argument.RefKindKeyword.IsKind(SyntaxKind.OutKeyword));
        if (loan is not null)
            return NameOf(loan.Expression) is { } name ? new UnmapCall(name, SyntaxFactory.ParseExpression($"{name}.Unmap()")) : null;
        return VariableOf(map) is { } handle && RawUnmap(map, method, handle) is { } call ? new UnmapCall(handle, call) : null;
    }

    public StatementSyntax ToStatement() => SyntaxFactory.ExpressionStatement(Call).WithAdditionalAnnotations(Formatter.Annotation);

    /// <summary>Whether the mapping's variable occurs in a piece of code.</summary>
    public bool IsNamedIn(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == Variable);

    /// <summary>Whether a statement is this very call.</summary>
    public bool Is(SyntaxNode statement) => statement is ExpressionStatementSyntax { Expression: var expression } && SyntaxFactory.AreEquivalent(expression, Call);

    /// <summary>The raw door's pair: <c>UnmapX</c> for <c>MapX</c>, with the arguments of the parameters of the same names.</summary>
    private static ExpressionSyntax? RawUnmap(InvocationExpressionSyntax map, IMethodSymbol method, string handle)
    {
        if (!method.Name.StartsWith("Map", StringComparison.Ordinal))
            return null;
        var name = "Unmap" + method.Name.Substring(3);
        if (method.ContainingType.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault() is not { } unmap)
            return null;

        var arguments = new List<string>();
        foreach (var parameter in unmap.Parameters.Where(parameter => !parameter.IsOptional))
        {
            if (SymbolEqualityComparer.Default.Equals(parameter.Type, method.ReturnType))
                arguments.Add(handle);
            else if (ArgumentOf(map, method, parameter.Name) is { } text)
                arguments.Add(text);
            else
                return null;
        }

        var target = map.Expression is MemberAccessExpressionSyntax access ? $"{access.Expression}.{name}" : name;
        return SyntaxFactory.ParseExpression($"{target}({string.Join(", ", arguments)})");
    }

    /// <summary>An argument as it was written, if reading it again gives the same.</summary>
    private static string? ArgumentOf(InvocationExpressionSyntax map, IMethodSymbol method, string parameter)
    {
        var arguments = map.ArgumentList.Arguments;
        var index = arguments.IndexOf(argument => argument.NameColon?.Name.Identifier.ValueText == parameter);
        if (index < 0)
            index = method.Parameters.Select(candidate => candidate.Name).ToList().IndexOf(parameter);
        if (index < 0 || index >= arguments.Count)
            return null;
        var expression = arguments[index].Expression;
        return expression.DescendantNodesAndSelf().All(node => node is NameSyntax or LiteralExpressionSyntax or MemberAccessExpressionSyntax or ThisExpressionSyntax or BinaryExpressionSyntax)
            ? expression.ToString()
            : null;
    }

    private static string? VariableOf(InvocationExpressionSyntax map) => map.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable.Identifier.Text,
        AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => name.Identifier.Text,
        _ => null,
    };

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        DeclarationExpressionSyntax { Designation: SingleVariableDesignationSyntax variable } => variable.Identifier.Text,
        IdentifierNameSyntax name => name.Identifier.Text,
        _ => null,
    };
}
