using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Reads from a body, before it is followed, which variables others can reach and which questions it asks more than once.</summary>
internal sealed class VariableScan
{
    private readonly ISymbol? _owner;
    private readonly HashSet<ISymbol> _shared = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<string, int> _asked = [];
    private readonly HashSet<string> _tested = [];

    public VariableScan(IOperation root, ISymbol? owner)
    {
        _owner = owner;
        foreach (var operation in root.Descendants())
        {
            if (operation is IAnonymousFunctionOperation lambda)
                AddReferenced(lambda);
            else if (operation is IMethodReferenceOperation { Method.MethodKind: MethodKind.LocalFunction } reference)
                AddReferencedBy(root, reference.Method);
        }
    }

    /// <summary>Whether a closure, or the body around this one, can read and write the variable at times this analysis does not see.</summary>
    public bool IsShared(ISymbol variable)
    {
        if (_shared.Contains(variable))
            return true;
        var symbol = variable.ContainingSymbol;
        while (symbol is IMethodSymbol { MethodKind: MethodKind.LocalFunction } && !SymbolEqualityComparer.Default.Equals(symbol, _owner))
            symbol = symbol.ContainingSymbol;
        return _owner is IMethodSymbol && symbol is IMethodSymbol && !SymbolEqualityComparer.Default.Equals(symbol, _owner);
    }

    /// <summary>Whether a branch depends on the place, so that its constants are worth keeping.</summary>
    public bool IsTested(string place) => _tested.Contains(place);

    /// <summary>Whether the same question is asked at least twice.</summary>
    public bool IsAskedAgain(string question) => _asked.TryGetValue(question, out var count) && count > 1;

    public void AddQuestions(ControlFlowGraph graph, Places places)
    {
        foreach (var block in graph.Blocks)
        {
            if (block.ConditionKind == ControlFlowConditionKind.None || block.BranchValue is not { } condition)
                continue;
            if ((places.OfCondition(condition, out _) ?? places.Of(condition)) is { } question)
                _asked[question] = _asked.TryGetValue(question, out var count) ? count + 1 : 1;
            AddTested(condition, places);
            foreach (var operation in block.Operations)
                AddTested(operation, places);
        }
    }

    private void AddTested(IOperation operation, Places places)
    {
        foreach (var part in operation.DescendantsAndSelf())
        {
            if (places.Of(part) is { } place)
                _tested.Add(place);
        }
    }

    private void AddReferencedBy(IOperation root, IMethodSymbol localFunction)
    {
        foreach (var operation in root.Descendants())
        {
            if (operation is ILocalFunctionOperation candidate && SymbolEqualityComparer.Default.Equals(candidate.Symbol, localFunction))
                AddReferenced(candidate);
        }
    }

    private void AddReferenced(IOperation closure)
    {
        foreach (var operation in closure.Descendants())
        {
            if (operation is ILocalReferenceOperation local)
                _shared.Add(local.Local);
            else if (operation is IParameterReferenceOperation parameter)
                _shared.Add(parameter.Parameter);
        }
    }
}
