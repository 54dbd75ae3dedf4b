using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Reads and writes what a path knows about variables, fields, captures and answered questions.</summary>
internal sealed class Variables(Body body, ControlFlowGraph graph)
{
    private const string QuestionPrefix = "question ";

    /// <summary>The value of a place: what was assigned last, else an unknown that bears the place's name.</summary>
    public int Read(IOperation operation, PathState state)
    {
        if (operation is IFlowCaptureReferenceOperation capture)
            return state[body.Layout.Cell(body.CaptureName(graph, capture.Id))];
        if (body.Places.Of(operation) is not { } place)
            return Values.Unknown;
        var value = state[body.Layout.Cell(place)];
        return value != Values.Unknown ? value : body.Values.Named(place);
    }

    public PathState Assign(IOperation target, PathState state, int value, IOperation source)
    {
        switch (target)
        {
            case IDeclarationExpressionOperation declaration:
                return Assign(declaration.Expression, state, value, source);
            case IDiscardOperation:
                return state;
            case ITupleOperation tuple:
                return tuple.Elements.Aggregate(state, (current, element) => Assign(element, current, Values.Unknown, element));
            case IFlowCaptureReferenceOperation capture when body.CaptureTargets.TryGetValue(body.CaptureName(graph, capture.Id), out var captured) && captured != target:
                return Assign(captured, state, value, source);
        }

        if (body.Places.Of(target) is not { } place)
            return body.Escape(state, value);
        if (!Holds(target))
        {
            state = body.Escape(state, value);
            if (Values.IsSlot(value))
                value = Values.Unknown;
        }

        return Store(place, state, value, source);
    }

    /// <summary>Gives a variable its value without asking who else can see it: a parameter at the start of a body.</summary>
    public PathState Initialize(ISymbol variable, PathState state, int value) => state.With(body.Layout.Cell(body.Places.Of(variable)), value);

    /// <summary>Answers a question that is asked more than once on the path.</summary>
    public PathState? Assume(string question, PathState state, bool truth)
    {
        if (!body.Variables.IsAskedAgain(question))
            return state;
        var cell = body.Layout.Cell(QuestionPrefix + question);
        return Values.Truth(state[cell]) is { } known ? known == truth ? state : null : state.With(cell, Values.Of(truth));
    }

    public PathState Forget(PathState state)
    {
        foreach (var cell in body.Layout.Cells)
        {
            if (IsPlain(cell.Key) && body.Values.IsConstant(state[cell.Value]))
                state = state.With(cell.Value, IsQuestionOrCapture(cell.Key) ? Values.Unknown : body.Values.Named(("forgotten", cell.Key)));
        }

        return state;
    }

    /// <summary>A callee of the same type may have put other things into the fields.</summary>
    public PathState ForgetFields(PathState state, IOperation call)
    {
        foreach (var cell in body.Layout.Cells.ToArray())
        {
            if (cell.Key.StartsWith("this.", StringComparison.Ordinal) && !body.Values.IsConstant(state[cell.Value]))
                state = state.With(cell.Value, Fresh(ref state, (call.Syntax, cell.Key)));
        }

        return state;
    }

    /// <summary>Only a plain variable of this body keeps a mapping in sight; an out parameter does until the body ends.</summary>
    private bool Holds(IOperation target) => target switch
    {
        ILocalReferenceOperation local => !body.Variables.IsShared(local.Local),
        IParameterReferenceOperation parameter => !body.Variables.IsShared(parameter.Parameter) && parameter.Parameter.RefKind is RefKind.None or RefKind.Out,
        _ => false,
    };

    private PathState Store(string place, PathState state, int value, IOperation source)
    {
        if (value == Values.Unknown || (body.Values.IsConstant(value) && !body.Variables.IsTested(place)))
            value = Fresh(ref state, (source.Syntax, place));
        foreach (var cell in body.Layout.Cells.ToArray())
        {
            if (cell.Key.Length > place.Length && IsPlain(cell.Key) && cell.Key.Contains(place) && state[cell.Value] != Values.Unknown)
                state = state.With(cell.Value, IsQuestionOrCapture(cell.Key) ? Values.Unknown : Fresh(ref state, (source.Syntax, cell.Key)));
        }

        return state.With(body.Layout.Cell(place), value);
    }

    /// <summary>An unknown named after where it came from; mappings of what bore the name in an earlier round of a loop are no longer of it.</summary>
    private int Fresh(ref PathState state, object name)
    {
        var value = body.Values.Named(name);
        for (var slot = 0; slot < body.Layout.Sites.Count * 2; slot++)
        {
            if (state[body.Layout.MemoryCell(slot)] == value)
                state = state.With(body.Layout.MemoryCell(slot), Values.Unknown);
        }

        return value;
    }

    private static bool IsPlain(string key) =>
        !(key.StartsWith("state ", StringComparison.Ordinal) || key.StartsWith("memory ", StringComparison.Ordinal)
            || key.StartsWith("atomic ", StringComparison.Ordinal));

    private static bool IsQuestionOrCapture(string key) =>
        key.StartsWith(QuestionPrefix, StringComparison.Ordinal) || key.StartsWith("capture ", StringComparison.Ordinal);
}
