using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Calls that hand out mappings, by their attributes or by what their bodies do.</summary>
internal sealed class Acquisitions(Body body, Variables variables)
{
    private const int ResultOrdinal = -1;

    /// <summary>Applies the <c>[MustUnmap]</c> of the return value and of out parameters.</summary>
    public List<PathValue> Acquire(CallSite call, IMethodSymbol method, PathValue path, int[] operands)
    {
        var memory = MemoryOf(call, path.State, operands);
        if ((body.Effects.OfReturn(method) & Effects.MustUnmap) != 0)
        {
            var slot = body.Layout.SiteOf(call.Operation, ResultOrdinal, SiteKind.Mapping, method).Recent;
            var state = Begin(call, ResultOrdinal, SiteKind.Mapping, method, path.State, SiteState.Unchecked, memory);
            return [new PathValue(state, Values.OfSlot(slot))];
        }

        var paths = new List<PathValue> { path };
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out } parameter && (body.Effects.Of(parameter) & Effects.MustUnmap) != 0)
                paths = Evaluator.Then(paths, current => AcquireOut(call, method, parameter.Ordinal, argument.Value, current, memory));
        }

        return paths;
    }

    /// <summary>Forks the path into the ways the callee's body can end.</summary>
    public List<PathValue> ApplySummary(CallSite call, CallSummary summary, PathValue path, int[] operands)
    {
        var results = new List<PathValue>();
        foreach (var outcome in summary.Outcomes)
        {
            if (ApplyOutcome(call, outcome, path.State, operands) is { } after)
                results.Add(after);
        }

        return results;
    }

    private PathValue? ApplyOutcome(CallSite call, CallOutcome outcome, PathState state, int[] operands)
    {
        var escapes = new List<int>();
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var operand = operands[i + 1];
            if (!Values.IsSlot(operand) || call.Arguments[i].Parameter is not { } parameter)
                continue;
            var slot = Values.SlotOf(operand);
            if (After(body.StateOf(state, slot), outcome.Parameters[parameter.Ordinal]) is not { } next)
                return null;
            if (next == SiteState.Escaped)
                escapes.Add(operand);
            else
                state = body.Set(state, slot, next);
        }

        state = escapes.Aggregate(state, body.Escape);
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is not { RefKind: RefKind.Out or RefKind.Ref } parameter)
                continue;
            var value = Values.Unknown;
            if (outcome.Outs[parameter.Ordinal] is var acquired and not SiteState.None)
            {
                state = Begin(call, parameter.Ordinal, SiteKind.Mapping, call.Method, state, acquired, Values.Unknown);
                value = Values.OfSlot(body.Layout.SiteOf(call.Operation, parameter.Ordinal, SiteKind.Mapping, call.Method).Recent);
            }

            state = variables.Assign(argument.Value, state, value, argument.Value);
        }

        return Result(call, outcome, state, operands);
    }

    private PathValue Result(CallSite call, CallOutcome outcome, PathState state, int[] operands)
    {
        if (outcome.Returned != SiteState.None)
        {
            state = Begin(call, ResultOrdinal, SiteKind.Mapping, call.Method, state, outcome.Returned, Values.Unknown);
            return new PathValue(state, Values.OfSlot(body.Layout.SiteOf(call.Operation, ResultOrdinal, SiteKind.Mapping, call.Method).Recent));
        }

        if (outcome.ReturnedParameter < 0)
            return new PathValue(state, outcome.Value);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Parameter?.Ordinal == outcome.ReturnedParameter)
                return new PathValue(state, operands[i + 1]);
        }

        return new PathValue(state, Values.Unknown);
    }

    /// <summary>The caller's state after a callee left its parameter in <paramref name="inCallee"/>; <see langword="null"/> when the caller's path cannot take that way.</summary>
    private static SiteState? After(SiteState caller, SiteState inCallee) => (caller, inCallee) switch
    {
        (SiteState.Mapped, SiteState.Failed) or (SiteState.Failed, SiteState.Mapped) => null,
        (SiteState.Unchecked or SiteState.Mapped, SiteState.Unmapped or SiteState.Failed or SiteState.Mapped) => inCallee,
        (_, SiteState.Escaped) => SiteState.Escaped,
        _ => caller,
    };

    private List<PathValue> AcquireOut(CallSite call, IMethodSymbol method, int ordinal, IOperation target, PathValue path, int memory)
    {
        PathValue Outcome(SiteState acquired, int result)
        {
            var state = Begin(call, ordinal, SiteKind.Mapping, method, path.State, acquired, memory);
            var value = Values.OfSlot(body.Layout.SiteOf(call.Operation, ordinal, SiteKind.Mapping, method).Recent);
            return new PathValue(variables.Assign(target, state, value, target), result);
        }

        if (method.ReturnType.SpecialType == SpecialType.System_Boolean)
            return [Outcome(SiteState.Mapped, Values.True), Outcome(SiteState.Failed, Values.False)];
        if (body.Effects.Types.IsErrno(method.ReturnType))
            return [Outcome(SiteState.Mapped, Values.Success), Outcome(SiteState.Failed, Values.Error)];
        return [Outcome(SiteState.Unchecked, path.Value)];
    }

    /// <summary>The memory being mapped; a scope made of a loan covers the loan's.</summary>
    private int MemoryOf(CallSite call, PathState state, int[] operands)
    {
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Parameter is { } parameter && (body.Effects.Of(parameter) & Effects.MapsMemory) != 0)
                return operands[i + 1] > Values.Unknown ? operands[i + 1] : Values.Unknown;
        }

        return Values.IsSlot(operands[0]) ? state[body.Layout.MemoryCell(Values.SlotOf(operands[0]))] : Values.Unknown;
    }

    private PathState Begin(CallSite call, int ordinal, SiteKind kind, IMethodSymbol method, PathState state, SiteState acquired, int memory) =>
        SlotAging.Begin(body, state, body.Layout.SiteOf(call.Operation, ordinal, kind, method), acquired, memory);
}
