using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Finds where an exception goes: the handlers that may take it, through the finally blocks on the way.</summary>
internal sealed class Handlers
{
    /// <summary>Whether some catch stands around the region.</summary>
    public bool HasHandler(ControlFlowRegion? region)
    {
        for (; region is not null; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion.Kind: ControlFlowRegionKind.TryAndCatch })
                return true;
        }

        return false;
    }

    /// <summary>Whether a callee outside the SDK is called; the SDK reports bad arguments by exception and everything else by result.</summary>
    public static bool MayThrow(IOperation operation)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (part switch
            {
                IInvocationOperation call => !KnownTypes.IsSdkMember(call.TargetMethod),
                IObjectCreationOperation { Constructor: { } constructor } => !KnownTypes.IsSdkMember(constructor),
                _ => false,
            })
                return true;
        }

        return false;
    }

    public static ITypeSymbol? ThrownType(BasicBlock source)
    {
        var thrown = source.BranchValue;
        while (thrown is IConversionOperation { IsImplicit: true } conversion)
            thrown = conversion.Operand;
        return thrown?.Type;
    }

    /// <summary>Enters every handler or finally block the exception goes to next; returns the state in which it leaves the body, if it does.</summary>
    public PathState? Next(Unwind unwind, PathState state, Action<int, PathState> enter)
    {
        for (var region = unwind.Region; region.EnclosingRegion is { } around; region = around)
        {
            // An exception inside a finally block replaces whatever was on its way through it.
            if (region.Kind == ControlFlowRegionKind.Finally && state.Pending is { } pending)
                state = state.With(pending.Outer);
            if (region.Kind != ControlFlowRegionKind.Try)
                continue;

            if (around.Kind == ControlFlowRegionKind.TryAndFinally)
            {
                var next = unwind with { Region = around };
                enter(around.NestedRegions[1].FirstBlockOrdinal, state.With(new Continuation(null, 0, next, Values.Unknown, state.Pending)));
                return null;
            }

            if (Catch(unwind, around, state, enter))
                return null;
        }

        return state;
    }

    /// <summary>Enters the handlers that may take the exception; says whether one of them does for certain.</summary>
    private bool Catch(Unwind unwind, ControlFlowRegion tryAndCatch, PathState state, Action<int, PathState> enter)
    {
        var certain = unwind.Origin == ThrowOrigin.Callee;
        foreach (var handler in tryAndCatch.NestedRegions)
        {
            if (handler.Kind == ControlFlowRegionKind.Try || !MayMatch(unwind.Type, handler.ExceptionType, out var always))
                continue;
            enter(handler.FirstBlockOrdinal, state);
            if (always && handler.Kind == ControlFlowRegionKind.Catch)
                return true;
        }

        return certain;
    }

    private static bool MayMatch(ITypeSymbol? thrown, ITypeSymbol? caught, out bool always)
    {
        always = caught is null || caught.SpecialType == SpecialType.System_Object || caught.ToDisplayString() == "System.Exception" || IsOrDerives(thrown, caught);
        return always || thrown is null || IsOrDerives(caught, thrown);
    }

    private static bool IsOrDerives(ITypeSymbol? type, ITypeSymbol? from)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, from))
                return true;
        }

        return false;
    }
}
