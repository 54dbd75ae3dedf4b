using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Follows a local function in place: it shares the caller's variables, so no summary could say as much.</summary>
internal sealed class LocalFunctions(Body body, ControlFlowGraph graph, Variables variables)
{
    public List<PathValue> Call(CallSite call, PathState state, int[] operands)
    {
        var function = call.Method.OriginalDefinition;
        if (Summaries.RunsLater(function) || body.Inlined.Any(outer => SymbolEqualityComparer.Default.Equals(outer.Function, function)))
            return [new PathValue(EscapeAll(state), Values.Unknown)];

        var pending = state.Pending;
        var entry = state.With((Continuation?)null);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Parameter is { RefKind: not RefKind.Out } parameter)
                entry = variables.Initialize(parameter.OriginalDefinition, entry, operands[i + 1]);
        }

        body.Inlined.Add(new InlinedCall(call.Operation, function, Locks.CauseIn(body, state)));
        var inner = graph.GetLocalFunctionControlFlowGraphInScope(function, body.CancellationToken);
        var exits = new GraphRunner(body, inner).Run(entry);
        body.Inlined.RemoveAt(body.Inlined.Count - 1);
        return [.. exits.Where(exit => exit.Throws is null).Select(exit => new PathValue(PassOut(call, exit.State).With(pending), exit.Value)).Distinct()];
    }

    private PathState PassOut(CallSite call, PathState state)
    {
        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Out or RefKind.Ref } parameter)
                state = variables.Assign(argument.Value, state, state[body.Layout.Cell(body.Places.Of((ISymbol)parameter.OriginalDefinition))], argument.Value);
        }

        return state;
    }

    private PathState EscapeAll(PathState state)
    {
        for (var slot = 0; slot < body.Layout.Sites.Count * 2; slot++)
            state = body.Escape(state, Values.OfSlot(slot));
        return state;
    }
}
