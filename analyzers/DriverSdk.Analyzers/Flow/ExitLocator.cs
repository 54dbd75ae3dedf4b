using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Finds the statement by which a path leaves: the graph keeps none for <c>return;</c> and for the end of a body.</summary>
internal static class ExitLocator
{
    public static Location Locate(PathExit exit, IOperation root)
    {
        if ((exit.Throws is not null || exit.Branch!.Semantics == ControlFlowBranchSemantics.Return) && exit.Source.BranchValue is { } value
            && exit.Source.ConditionKind == ControlFlowConditionKind.None)
            return StatementOf(value.Syntax).GetLocation();
        return (Anchored(exit.Source, exit.Branch, 0) ?? EndOf(root.Syntax)).GetLocation()!;
    }

    private static SyntaxNode StatementOf(SyntaxNode value) => value.FirstAncestorOrSelf<SyntaxNode>(node =>
        node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax) switch
    {
        ArrowExpressionClauseSyntax arrow => arrow.Expression,
        LambdaExpressionSyntax lambda => lambda.Body,
        { } statement => statement,
        null => value,
    };

    private static SyntaxNodeOrToken? Anchored(BasicBlock block, ControlFlowBranch? branch, int depth)
    {
        if (block.ConditionKind != ControlFlowConditionKind.None && block.BranchValue is { Syntax: var condition } && branch is not null)
        {
            var truth = (block.ConditionKind == ControlFlowConditionKind.WhenTrue) == ReferenceEquals(branch, block.ConditionalSuccessor);
            return AfterCondition(condition, truth);
        }

        if (block.Operations.LastOrDefault()?.Syntax.FirstAncestorOrSelf<StatementSyntax>() is { } last)
            return last is ReturnStatementSyntax or ThrowStatementSyntax ? last : After(last);
        if (depth > 8 || block.Predecessors.FirstOrDefault() is not { } from)
            return null;
        return Anchored(from.Source, from, depth + 1);
    }

    /// <summary>The statement reached when the part of a condition has this truth.</summary>
    private static SyntaxNodeOrToken? AfterCondition(SyntaxNode part, bool truth)
    {
        while (part.Parent is ExpressionSyntax parent)
        {
            if (parent.IsKind(SyntaxKind.LogicalNotExpression))
                truth = !truth;
            part = parent;
        }

        if (part.Parent is not IfStatementSyntax branch)
            return part.FirstAncestorOrSelf<StatementSyntax>() is { } loop ? After(loop) : null;
        return truth ? First(branch.Statement) : branch.Else is { } otherwise ? First(otherwise.Statement) : After(branch);
    }

    private static SyntaxNodeOrToken? First(StatementSyntax statement) => statement switch
    {
        ReturnStatementSyntax or ThrowStatementSyntax => statement,
        BlockSyntax { Statements: [var first, ..] } => First(first),
        BreakStatementSyntax or ContinueStatementSyntax => Jump(statement),
        _ => After(statement),
    };

    /// <summary>Where control goes when the statement has ended, if that is a way out.</summary>
    private static SyntaxNodeOrToken? After(StatementSyntax statement)
    {
        for (SyntaxNode? node = statement; node is not null; node = node.Parent)
        {
            if (IsBody(node.Parent))
                return EndOf(node);
            var siblings = node.Parent switch
            {
                BlockSyntax block => block.Statements,
                SwitchSectionSyntax section => section.Statements,
                _ => default,
            };
            var index = node is StatementSyntax current ? siblings.IndexOf(current) : -1;
            if (index >= 0 && index + 1 < siblings.Count)
                return siblings[index + 1] is ReturnStatementSyntax or ThrowStatementSyntax or BreakStatementSyntax or ContinueStatementSyntax ? First(siblings[index + 1]) : null;
        }

        return null;
    }

    private static SyntaxNodeOrToken? Jump(StatementSyntax jump) =>
        jump.Ancestors().FirstOrDefault(node => node is SwitchStatementSyntax && jump is BreakStatementSyntax || node is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
            is StatementSyntax left ? After(left) : null;

    private static bool IsBody(SyntaxNode? node) =>
        node is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax or CompilationUnitSyntax;

    private static SyntaxNodeOrToken EndOf(SyntaxNode root)
    {
        var block = root as BlockSyntax ?? root switch
        {
            BaseMethodDeclarationSyntax method => method.Body,
            AccessorDeclarationSyntax accessor => accessor.Body,
            LocalFunctionStatementSyntax function => function.Body,
            AnonymousFunctionExpressionSyntax lambda => lambda.Block,
            _ => null,
        };
        if (block is not null)
            return block.CloseBraceToken;
        return root is CompilationUnitSyntax unit && unit.Members.OfType<GlobalStatementSyntax>().LastOrDefault() is { } last ? last.GetLastToken() : root.GetLastToken();
    }
}
