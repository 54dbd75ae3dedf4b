using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Follows every path of a control flow graph: each distinct state of each block once.</summary>
internal sealed class GraphRunner
{
    /// <summary>Above this many states of one block, what is known about plain variables is dropped, so that paths become the same.</summary>
    private const int SoftLimit = 64;

    /// <summary>Above this many the body is given up.</summary>
    private const int HardLimit = 400;

    private readonly Body _body;
    private readonly ControlFlowGraph _graph;
    private readonly Evaluator _evaluator;
    private readonly Handlers _handlers;
    private readonly Queue<(BasicBlock Block, PathState State)> _work = new();
    private readonly HashSet<PathState>[] _seen;
    private readonly HashSet<PathExit> _exits = [];

    public GraphRunner(Body body, ControlFlowGraph graph)
    {
        _body = body;
        _graph = graph;
        _evaluator = new Evaluator(body, graph);
        _handlers = new Handlers();
        _seen = new HashSet<PathState>[graph.Blocks.Length];
        body.Variables.AddQuestions(graph, body.Places);
    }

    public IReadOnlyCollection<PathExit> Run(PathState entry)
    {
        Enqueue(_graph.Blocks[0], entry);
        while (_work.Count > 0 && _body.TryStep())
        {
            var (block, state) = _work.Dequeue();
            Follow(block, state);
        }

        return _exits;
    }

    private void Follow(BasicBlock block, PathState entry)
    {
        var states = new List<PathState> { entry };
        foreach (var operation in block.Operations)
            states = Evaluate(block, operation, states).ConvertAll(path => path.State);

        var values = block.BranchValue is { } branchValue
            ? Evaluate(block, branchValue, states)
            : states.ConvertAll(state => new PathValue(state, Values.Unknown));
        foreach (var path in values)
        {
            if (block.ConditionKind == ControlFlowConditionKind.None)
                Take(block.FallThroughSuccessor, path);
            else
                TakeBranch(block, path);
        }
    }

    private List<PathValue> Evaluate(BasicBlock block, IOperation operation, List<PathState> states)
    {
        var catches = _handlers.HasHandler(block.EnclosingRegion) && Handlers.MayThrow(operation);
        var results = new List<PathValue>();
        foreach (var state in states)
        {
            var after = _evaluator.Evaluate(operation, state);
            results.AddRange(after);
            if (catches)
            {
                var thrown = after.Aggregate(state, (before, path) => WithReleases(before, path.State));
                Unwind(new Unwind(block.EnclosingRegion, block, null, ThrowOrigin.Callee), thrown);
            }
        }

        return results.Count > 1 ? [.. results.Distinct()] : results;
    }

    /// <summary>A callee that unmaps and then throws has unmapped: nobody writes an unmap that may fail.</summary>
    private PathState WithReleases(PathState before, PathState after)
    {
        foreach (var site in _body.Layout.Sites)
        {
            if (_body.StateOf(before, site.Recent) is SiteState.Unchecked or SiteState.Mapped
                && _body.StateOf(after, site.Recent) is var state and (SiteState.Unmapped or SiteState.Escaped))
                before = _body.Set(before, site.Recent, state);
        }

        return before;
    }

    private void TakeBranch(BasicBlock block, PathValue path)
    {
        var jumpsWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        var condition = block.BranchValue!;
        foreach (var truth in new[] { true, false })
        {
            if (_evaluator.Assume(condition, path, truth) is { } state)
                Take(truth == jumpsWhen ? block.ConditionalSuccessor : block.FallThroughSuccessor, path with { State = state });
        }
    }

    private void Take(ControlFlowBranch? branch, PathValue path)
    {
        switch (branch?.Semantics)
        {
            case ControlFlowBranchSemantics.Regular or ControlFlowBranchSemantics.Return:
                var value = branch.Semantics == ControlFlowBranchSemantics.Return ? path.Value : Values.Unknown;
                Leave(branch, 0, path.State, value);
                break;
            case ControlFlowBranchSemantics.StructuredExceptionHandling:
                Resume(path.State);
                break;
            case ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow:
                var type = branch.Semantics == ControlFlowBranchSemantics.Throw ? Handlers.ThrownType(branch.Source) : null;
                Unwind(new Unwind(branch.Source.EnclosingRegion, branch.Source, type, ThrowOrigin.Written), path.State);
                break;
        }
    }

    /// <summary>Goes through the finally blocks between here and the destination, then to it.</summary>
    private void Leave(ControlFlowBranch branch, int nextFinally, PathState state, int value)
    {
        if (nextFinally < branch.FinallyRegions.Length)
        {
            var region = branch.FinallyRegions[nextFinally];
            Enqueue(_graph.Blocks[region.FirstBlockOrdinal], state.With(new Continuation(branch, nextFinally + 1, null, value, state.Pending)));
        }
        else if (branch.Destination is { Kind: BasicBlockKind.Exit })
        {
            _exits.Add(new PathExit(state, value, branch.Source, branch, null));
        }
        else if (branch.Destination is { } destination)
        {
            Enqueue(destination, state);
        }
    }

    private void Resume(PathState state)
    {
        if (state.Pending is not { } pending)
            return;
        state = state.With(pending.Outer);
        if (pending.Unwind is { } unwind)
            Unwind(unwind, state);
        else
            Leave(pending.Branch!, pending.NextFinally, state, pending.Value);
    }

    private void Unwind(Unwind unwind, PathState state)
    {
        if (_handlers.Next(unwind, state, Enqueue) is { } escaped && unwind.Origin == ThrowOrigin.Written)
            _exits.Add(new PathExit(escaped, Values.Unknown, unwind.Source, null, unwind));
    }

    private void Enqueue(int ordinal, PathState state) => Enqueue(_graph.Blocks[ordinal], state);

    private void Enqueue(BasicBlock block, PathState state)
    {
        var seen = _seen[block.Ordinal] ??= [];
        if (seen.Count >= SoftLimit)
            state = _evaluator.Forget(state);
        if (seen.Count >= HardLimit)
            _body.GiveUp();
        else if (seen.Add(state))
            _work.Enqueue((block, state));
    }
}
