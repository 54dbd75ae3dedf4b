using System.Collections.Concurrent;
using System.Collections.Immutable;
using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Whether a call ends up switching a static key, or releasing a lock, at any depth.</summary>
internal sealed class Reach(FlowModel model)
{
    private readonly ConcurrentDictionary<IMethodSymbol, ImmutableArray<Location>> _switches = new(SymbolEqualityComparer.Default);
    private readonly ConcurrentDictionary<IMethodSymbol, bool> _releases = new(SymbolEqualityComparer.Default);

    /// <summary>The calls inside the callee that lead to the switch: empty when it switches itself, default when it does not.</summary>
    public ImmutableArray<Location> Find(IMethodSymbol method, CallChain? chain, CancellationToken cancellationToken)
    {
        if ((model.Effects.Of(method) & Effects.SwitchesStaticKey) != 0)
            return [];
        method = method.OriginalDefinition;
        if (method.MethodKind == MethodKind.LocalFunction || !Summaries.HasReadableBody(method) || chain is { IsTooDeep: true } || chain?.Contains(method) == true)
            return default;
        if (_switches.TryGetValue(method, out var known))
            return known;

        var found = Search(method, new CallChain(method, chain), cancellationToken);

        // Inside a recursion "not found" may only mean "not on this way round".
        if (chain is null || !found.IsDefault)
            _switches.TryAdd(method, found);
        return found;
    }

    /// <summary>Whether the callee may release a lock its caller holds.</summary>
    public bool MayRelease(IMethodSymbol method, CallChain? chain, CancellationToken cancellationToken)
    {
        if ((model.Effects.Of(method) & Effects.ReleasesLock) != 0)
            return true;
        method = method.OriginalDefinition;
        if (!Summaries.HasReadableBody(method) || chain is { IsTooDeep: true } || chain?.Contains(method) == true)
            return false;
        if (_releases.TryGetValue(method, out var known))
            return known;
        var inner = new CallChain(method, chain);
        var found = CallsOf(method, cancellationToken).Any(call => MayRelease(call.TargetMethod, inner, cancellationToken));
        if (chain is null || found)
            _releases.TryAdd(method, found);
        return found;
    }

    private ImmutableArray<Location> Search(IMethodSymbol method, CallChain chain, CancellationToken cancellationToken)
    {
        var held = 0;
        foreach (var call in CallsOf(method, cancellationToken))
        {
            var below = Find(call.TargetMethod, chain, cancellationToken);
            if (!below.IsDefault)
                return below.Insert(0, call.Syntax.GetLocation());

            // After a release of a lock not taken here the caller's may be gone; what follows is no longer known to be atomic.
            if ((model.Effects.Of(call.TargetMethod) & Effects.AcquiresLock) != 0)
                held++;
            else if (MayRelease(call.TargetMethod, null, cancellationToken) && held-- == 0)
                return default;
        }

        return default;
    }

    /// <summary>The calls a body makes itself, in order; the ones in lambdas run at another time.</summary>
    private IEnumerable<IInvocationOperation> CallsOf(IMethodSymbol method, CancellationToken cancellationToken) =>
        model.BodyOf(method, cancellationToken) is { } body ? CallsIn(body, body, []) : [];

    private static IEnumerable<IInvocationOperation> CallsIn(IOperation part, IOperation body, HashSet<IOperation> entered)
    {
        foreach (var operation in part.ChildOperations)
        {
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
                continue;
            foreach (var call in CallsIn(operation, body, entered))
                yield return call;
            if (operation is not IInvocationOperation invocation)
                continue;
            if (LocalFunction(body, invocation.TargetMethod) is { } function && entered.Add(function))
            {
                foreach (var call in CallsIn(function, body, entered))
                    yield return call;
            }

            yield return invocation;
        }
    }

    private static IOperation? LocalFunction(IOperation body, IMethodSymbol method) => method.MethodKind != MethodKind.LocalFunction
        ? null
        : body.Descendants().OfType<ILocalFunctionOperation>().FirstOrDefault(function => SymbolEqualityComparer.Default.Equals(function.Symbol, method.OriginalDefinition));
}
