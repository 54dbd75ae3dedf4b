using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Everything the parts of the analysis share while one body, with the local functions it calls, is followed.</summary>
internal sealed class Body(FlowModel model, IOperation root, ISymbol? owner, FindingSet? findings, CallChain? chain, CancellationToken cancellationToken)
{
    /// <summary>Steps (one path through one block) after which a body is given up and nothing is said about it.</summary>
    private const int StepBudget = 30_000;

    private readonly Dictionary<ControlFlowGraph, int> _graphs = [];
    private int _steps;

    public FlowModel Model => model;

    public IOperation Root => root;

    public EffectTable Effects => model.Effects;

    public Layout Layout { get; } = new();

    public Values Values { get; } = new();

    public Places Places { get; } = new();

    public VariableScan Variables { get; } = new(root, owner);

    /// <summary>Where findings go; a summary has none.</summary>
    public FindingSet? Findings => findings;

    /// <summary>The source callees whose summaries are being worked out, innermost first.</summary>
    public CallChain? Chain => chain;

    /// <summary>Local functions being followed, outermost call first.</summary>
    public List<InlinedCall> Inlined { get; } = [];

    /// <summary>What an lvalue capture stands for.</summary>
    public Dictionary<string, IOperation> CaptureTargets { get; } = [];

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Whether the body was too large to follow: nothing may be concluded.</summary>
    public bool Exhausted { get; private set; }

    public bool TryStep()
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (++_steps > StepBudget)
            Exhausted = true;
        return !Exhausted;
    }

    public void GiveUp() => Exhausted = true;

    /// <summary>Names a capture; nested graphs count theirs on their own.</summary>
    public string CaptureName(ControlFlowGraph graph, CaptureId id)
    {
        if (!_graphs.TryGetValue(graph, out var number))
        {
            number = _graphs.Count;
            _graphs.Add(graph, number);
        }

        return $"capture {number}.{id.GetHashCode()}";
    }

    public SiteState StateOf(PathState state, int slot) => (SiteState)state[Layout.StateCell(slot)];

    public PathState Set(PathState state, int slot, SiteState value) => state.With(Layout.StateCell(slot), (int)value);

    /// <summary>The value leaves the analysis' sight: whoever has it now may unmap it.</summary>
    public PathState Escape(PathState state, int value) =>
        Flow.Values.IsSlot(value) && StateOf(state, Flow.Values.SlotOf(value)) is SiteState.Unchecked or SiteState.Mapped
            ? Set(state, Flow.Values.SlotOf(value), SiteState.Escaped)
            : state;
}
