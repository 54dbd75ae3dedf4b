using System.Collections.Concurrent;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Knows which methods and lambdas are handed to a parameter whose handler runs in interrupt context.</summary>
/// <remarks>Asked only about bodies that reach a switch, which are few; so nothing has to wait for the end of the compilation.</remarks>
internal sealed class HandlerRegistrations(FlowModel model)
{
    private readonly ConcurrentDictionary<IMethodSymbol, AtomicCause?> _known = new(SymbolEqualityComparer.Default);
    private ILookup<string, ArgumentSyntax>? _arguments;

    public AtomicCause? CauseOf(IMethodSymbol method, CancellationToken cancellationToken)
    {
        method = method.OriginalDefinition;
        if (!_known.TryGetValue(method, out var cause))
            cause = _known.GetOrAdd(method, Find(method, cancellationToken));
        return cause;
    }

    /// <summary>What the body of a lambda or local function runs in, from how the surrounding body uses it.</summary>
    public AtomicCause? CauseOf(IMethodSymbol function, IOperation block)
    {
        foreach (var operation in block.Descendants())
        {
            var isUse = operation switch
            {
                IAnonymousFunctionOperation lambda => SymbolEqualityComparer.Default.Equals(lambda.Symbol, function),
                IMethodReferenceOperation reference => SymbolEqualityComparer.Default.Equals(reference.Method.OriginalDefinition, function),
                _ => false,
            };
            if (isUse && IsHandlerArgument(operation, out var registration))
                return Cause(function, registration);
        }

        return null;
    }

    private AtomicCause? Find(IMethodSymbol method, CancellationToken cancellationToken)
    {
        if ((model.Effects.Of(method) & Effects.RunsAtomic) != 0)
            return new AtomicCause($"in '{method.Name}', which is declared to run there", null);

        foreach (var argument in Arguments(cancellationToken)[method.Name])
        {
            if (!SymbolEqualityComparer.Default.Equals(model.SymbolAt(argument.Expression, cancellationToken)?.OriginalDefinition, method))
                continue;
            if (model.OperationAt(argument.Expression, cancellationToken) is { } reference && IsHandlerArgument(reference, out var registration))
                return Cause(method, registration);
        }

        return null;
    }

    private bool IsHandlerArgument(IOperation function, out IOperation registration)
    {
        registration = function;
        var parent = function.Parent;
        while (parent is IDelegateCreationOperation or IConversionOperation or IParenthesizedOperation)
            parent = parent.Parent;
        if (parent is not IArgumentOperation { Parameter: { } parameter, Parent: { } call } || (model.Effects.Of(parameter) & Effects.RunsAtomic) == 0)
            return false;
        registration = call;
        return true;
    }

    private static AtomicCause Cause(IMethodSymbol function, IOperation registration) => new(
        function.MethodKind == MethodKind.AnonymousFunction ? "in an interrupt handler" : $"in interrupt handler '{function.Name}'", registration.Syntax.GetLocation());

    /// <summary>Every argument that is just a name, by that name.</summary>
    private ILookup<string, ArgumentSyntax> Arguments(CancellationToken cancellationToken) =>
        _arguments ??= model.Compilation.SyntaxTrees
            .SelectMany(tree => tree.GetRoot(cancellationToken).DescendantNodes().OfType<ArgumentSyntax>())
            .Where(argument => NameOf(argument.Expression) is not null)
            .ToLookup(argument => NameOf(argument.Expression)!);

    private static string? NameOf(ExpressionSyntax expression) => expression switch
    {
        SimpleNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };
}
