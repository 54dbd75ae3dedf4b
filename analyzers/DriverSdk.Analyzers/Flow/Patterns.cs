using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Matches a value with a pattern, forking where the pattern asks a mapping whether it is an error.</summary>
internal sealed class Patterns(Body body, Variables variables)
{
    public List<PathValue> Match(IPatternOperation pattern, PathValue input, IOperation source)
    {
        var declared = Declare(pattern, input, source);
        return Test(pattern, input with { State = declared });
    }

    /// <summary>The variable a pattern declares for its whole input is another name of the input.</summary>
    private PathState Declare(IPatternOperation pattern, PathValue input, IOperation source)
    {
        var state = input.State;
        foreach (var part in pattern.DescendantsAndSelf())
        {
            var symbol = part switch
            {
                IDeclarationPatternOperation declaration => declaration.DeclaredSymbol,
                IRecursivePatternOperation recursive => recursive.DeclaredSymbol,
                _ => null,
            };
            if (symbol is not null)
                state = variables.Initialize(symbol, state, IsWhole(part, pattern) && !body.Variables.IsShared(symbol) ? input.Value : body.Values.Named((source.Syntax, symbol.Name)));
        }

        return state;
    }

    /// <summary>Whether a part of the pattern is matched with all of the input.</summary>
    private static bool IsWhole(IOperation? part, IOperation pattern)
    {
        while (part != pattern && part?.Parent is INegatedPatternOperation or IBinaryPatternOperation)
            part = part.Parent;
        return part == pattern;
    }

    private List<PathValue> Test(IPatternOperation pattern, PathValue input)
    {
        switch (pattern)
        {
            case INegatedPatternOperation negated:
                return Test(negated.Pattern, input).ConvertAll(path => path with { Value = Negate(path.Value) });
            case IConstantPatternOperation { Value.ConstantValue: { HasValue: true, Value: var constant } }:
                return [input with { Value = body.Values.AreEqual(input.Value, body.Values.Constant(constant)) is { } equal ? Values.Of(equal) : Values.Unknown }];
            case IDeclarationPatternOperation when Values.IsSlot(input.Value):
                return [input with { Value = Values.True }];
            case IDiscardPatternOperation:
                return [input with { Value = Values.True }];
            case IRecursivePatternOperation recursive:
                return TestProperties(recursive, input);
            case IBinaryPatternOperation binary:
                return TestBoth(binary, input);
            default:
                return [input with { Value = Values.Unknown }];
        }
    }

    private List<PathValue> TestProperties(IRecursivePatternOperation pattern, PathValue input)
    {
        if (input.Value == Values.Null)
            return [input with { Value = Values.False }];
        if (pattern.DeconstructionSubpatterns.Length > 0 || pattern.PropertySubpatterns.Length > 1)
            return [input with { Value = Values.Unknown }];
        if (pattern.PropertySubpatterns.Length == 0)
            return [input with { Value = Values.IsSlot(input.Value) ? Values.True : Values.Unknown }];

        var property = pattern.PropertySubpatterns[0];
        if (property.Member is not IPropertyReferenceOperation { Property: var symbol })
            return [input with { Value = Values.Unknown }];
        return Evaluator.Then(new MappingChecks(body).Read(symbol, input), read => Test(property.Pattern, read));
    }

    private List<PathValue> TestBoth(IBinaryPatternOperation binary, PathValue input) =>
        Evaluator.Then(Test(binary.LeftPattern, input), left => Test(binary.RightPattern, input with { State = left.State }).ConvertAll(right => right with
        {
            Value = binary.OperatorKind == BinaryOperatorKind.And ? And(left.Value, right.Value) : Negate(And(Negate(left.Value), Negate(right.Value))),
        }));

    private static int And(int left, int right)
    {
        if (left == Values.False || right == Values.False)
            return Values.False;
        return left == Values.True ? right : Values.Unknown;
    }

    private static int Negate(int value) => Values.Truth(value) is { } truth ? Values.Of(!truth) : Values.Unknown;
}
