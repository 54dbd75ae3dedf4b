using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Follows a body, and each lambda and local function in it as a body of its own, where they do anything the rules speak of.</summary>
internal sealed class BodyAnalysis(FlowModel model, CancellationToken cancellationToken)
{
    private readonly FindingSet _findings = new();
    private bool _switches;

    public FindingSet Analyze(IOperation block, ISymbol owner, Func<IOperation, ControlFlowGraph> graphOf)
    {
        if (!IsRelevant(block))
            return _findings;
        var cause = _switches && owner is IMethodSymbol method ? model.Registrations.CauseOf(method, cancellationToken) : null;
        Follow(graphOf(block), owner, cause, block);
        return _findings;
    }

    /// <summary>Cheap questions first: most bodies neither map memory nor reach a static key.</summary>
    private bool IsRelevant(IOperation block)
    {
        var maps = false;
        foreach (var operation in block.Descendants())
        {
            if (operation is not IInvocationOperation { TargetMethod: var method })
                continue;
            maps |= HandsOutMapping(method);
            _switches = _switches || !model.Reach.Find(method, null, cancellationToken).IsDefault;
        }

        return maps || _switches;
    }

    private bool HandsOutMapping(IMethodSymbol method) =>
        model.Effects.IsMapping(method.ReturnType) || (model.Effects.OfReturn(method) & Effects.MustUnmap) != 0
        || method.Parameters.Any(parameter => parameter.RefKind == RefKind.Out
            && (model.Effects.IsMapping(parameter.Type) || (model.Effects.Of(parameter) & Effects.MustUnmap) != 0));

    private void Follow(ControlFlowGraph graph, ISymbol owner, AtomicCause? cause, IOperation block)
    {
        var body = new Body(model, graph.OriginalOperation, owner, _findings, null, cancellationToken);
        var entry = cause is null ? PathState.Empty : Locks.Enter(body, PathState.Empty, cause);
        var exits = new GraphRunner(body, graph).Run(entry);
        if (!body.Exhausted)
        {
            foreach (var exit in exits)
                AddLeaks(body, owner, exit);
        }

        foreach (var function in graph.LocalFunctions)
            Follow(graph.GetLocalFunctionControlFlowGraph(function, cancellationToken), function, CauseOf(function, block), block);
        foreach (var lambda in graph.Blocks.SelectMany(OperationsOf).SelectMany(operation => operation.DescendantsAndSelf()).OfType<IFlowAnonymousFunctionOperation>())
            Follow(graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellationToken), lambda.Symbol, CauseOf(lambda.Symbol, block), block);
    }

    private AtomicCause? CauseOf(IMethodSymbol function, IOperation block) => _switches ? model.Registrations.CauseOf(function, block) : null;

    private static IEnumerable<IOperation> OperationsOf(BasicBlock block) =>
        block.BranchValue is { } value ? block.Operations.Append(value) : block.Operations;

    private void AddLeaks(Body body, ISymbol owner, PathExit exit)
    {
        foreach (var site in body.Layout.Sites)
        {
            if (site.Kind != SiteKind.Mapping)
                continue;
            if (IsLeft(body, owner, exit, site.Recent) || IsLeft(body, owner, exit, site.Older))
                _findings.AddLeak(site, ExitLocator.Locate(exit, body.Root));
        }
    }

    private static bool IsLeft(Body body, ISymbol owner, PathExit exit, int slot)
    {
        var value = Values.OfSlot(slot);
        return body.StateOf(exit.State, slot) is SiteState.Unchecked or SiteState.Mapped
            && exit.Value != value
            && !(exit.Throws is null && owner is IMethodSymbol method && method.Parameters.Any(parameter =>
                parameter.RefKind == RefKind.Out && exit.State[body.Layout.Cell(body.Places.Of((ISymbol)parameter))] == value));
    }
}
