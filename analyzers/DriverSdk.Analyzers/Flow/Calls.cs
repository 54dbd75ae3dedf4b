using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace DriverSdk.Analyzers.Flow;

/// <summary>What a call does to the path: first what its attributes say, else what its body does, else it is unknown and may keep what it is given.</summary>
internal sealed class Calls(Body body, ControlFlowGraph graph, Evaluator evaluator, Variables variables)
{
    private readonly MappingChecks _checks = new(body);
    private readonly Acquisitions _acquisitions = new(body, variables);
    private readonly Locks _locks = new(body);
    private readonly LocalFunctions _localFunctions = new(body, graph, variables);

    public List<PathValue> Invoke(CallSite call, PathState state)
    {
        var results = new List<PathValue>();
        foreach (var (before, operands) in Operands(call, state))
            results.AddRange(Apply(call, before, operands));
        return results;
    }

    public List<PathValue> ReadProperty(IPropertyReferenceOperation property, PathValue instance)
    {
        var read = _checks.Read(property.Property, instance);
        return read.ConvertAll(path => path.Value == Values.Unknown ? path with { Value = variables.Read(property, path.State) } : path);
    }

    /// <summary>Evaluates receiver and arguments in order; the receiver's value comes first.</summary>
    private List<(PathState State, int[] Values)> Operands(CallSite call, PathState state)
    {
        var paths = new List<(PathState State, int[] Values)> { (state, new int[call.Arguments.Length + 1]) };
        if (call.Instance is { } instance)
            paths = Extend(paths, instance, 0);
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Parameter?.RefKind != RefKind.Out)
                paths = Extend(paths, call.Arguments[i].Value, i + 1);
        }

        return paths;
    }

    private List<(PathState State, int[] Values)> Extend(List<(PathState State, int[] Values)> paths, IOperation operand, int index)
    {
        var results = new List<(PathState, int[])>(paths.Count);
        foreach (var (state, values) in paths)
        {
            foreach (var path in evaluator.Evaluate(operand, state))
            {
                var extended = (int[])values.Clone();
                extended[index] = path.Value;
                results.Add((path.State, extended));
            }
        }

        return results;
    }

    private List<PathValue> Apply(CallSite call, PathState state, int[] operands)
    {
        _locks.Check(call, state);
        if (call.Method.MethodKind == MethodKind.LocalFunction)
            return _localFunctions.Call(call, state, operands);

        var method = Callee(call);
        ReportFrees(call, method, state, operands);
        var paths = new List<PathValue> { new(state, ResultOf(call, method, operands)) };
        if (NeedsSummary(call, method, operands) && body.Model.Summaries.Of(method, body.Chain, body.CancellationToken) is { } summary)
            paths = _acquisitions.ApplySummary(call, summary, paths[0], operands);
        else
            paths = ApplyOperands(call, method, paths, operands);

        paths = Evaluator.Then(paths, path => _acquisitions.Acquire(call, method, path, operands));
        paths = Evaluator.Then(paths, path => _locks.Apply(call, method, path, operands[0]));
        return KnownTypes.IsSdkMember(method) || method.IsStatic || call.Instance is not IInstanceReferenceOperation
            ? paths
            : paths.ConvertAll(path => path with { State = variables.ForgetFields(path.State, call.Operation) });
    }

    /// <summary>Dispose through the interface, as <c>using</c> calls it, is the Dispose of the value's own type.</summary>
    private static IMethodSymbol Callee(CallSite call)
    {
        if (call.Method is { Name: "Dispose", ContainingType: { TypeKind: TypeKind.Interface } } && call.Instance is IConversionOperation { Operand.Type: { } type })
            return type.FindImplementationForInterfaceMember(call.Method) as IMethodSymbol ?? call.Method;
        return call.Method;
    }

    /// <summary>The address a member of a buffer returns stands for the buffer; a nullable's value is what it holds.</summary>
    private static int ResultOf(CallSite call, IMethodSymbol method, int[] operands) =>
        call.Instance is not null && !Values.IsSlot(operands[0]) && KnownTypes.StandsForReceiver(method)
        || method is { Name: "GetValueOrDefault", ContainingType.OriginalDefinition.SpecialType: SpecialType.System_Nullable_T }
            ? operands[0]
            : Values.Unknown;

    private void ReportFrees(CallSite call, IMethodSymbol method, PathState state, int[] operands)
    {
        if (body.Findings is not { } findings)
            return;
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            var memory = operands[i + 1];
            if (memory <= Values.Unknown || body.Values.IsConstant(memory) || (EffectsOf(call.Arguments[i]) & Effects.Frees) == 0)
                continue;
            for (var slot = 0; slot < body.Layout.Sites.Count * 2; slot++)
            {
                if (state[body.Layout.MemoryCell(slot)] == memory && body.StateOf(state, slot) is SiteState.Unchecked or SiteState.Mapped)
                    findings.AddFreed(call.Operation, method, body.Layout.SiteOfSlot(slot));
            }
        }
    }

    private bool NeedsSummary(CallSite call, IMethodSymbol method, int[] operands)
    {
        if (!Summaries.HasReadableBody(method))
            return false;
        if (body.Effects.IsMapping(method.ReturnType) && (body.Effects.OfReturn(method) & Effects.MustUnmap) == 0)
            return true;
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            if (call.Arguments[i].Parameter is not { } parameter || (body.Effects.Of(parameter) & Effects.StatesOwnership) != 0)
                continue;
            if (Values.IsSlot(operands[i + 1]) || (parameter.RefKind == RefKind.Out && body.Effects.IsMapping(parameter.Type)))
                return true;
        }

        return false;
    }

    private List<PathValue> ApplyOperands(CallSite call, IMethodSymbol method, List<PathValue> paths, int[] operands)
    {
        var onMethod = body.Effects.Of(method);
        paths = Evaluator.Then(paths, path => ApplyOperand(method, path, operands[0], onMethod | Effects.Borrows));
        for (var i = 0; i < call.Arguments.Length; i++)
        {
            // A static member that states an effect on itself has no receiver: it speaks of the mapping it is given.
            var effects = EffectsOf(call.Arguments[i]) | (method.IsStatic ? onMethod & Effects.StatesOwnership : Effects.None);
            var operand = operands[i + 1];
            paths = Evaluator.Then(paths, path => ApplyOperand(method, path, operand, effects));
            if (call.Arguments[i] is { Parameter.RefKind: RefKind.Ref or RefKind.Out, Value: var target } && (effects & Effects.MustUnmap) == 0)
                paths = paths.ConvertAll(path => path with { State = variables.Assign(target, path.State, Values.Unknown, target) });
        }

        return paths;
    }

    private List<PathValue> ApplyOperand(IMethodSymbol method, PathValue path, int operand, Effects effects)
    {
        if (!Values.IsSlot(operand))
            return [path];
        var slot = Values.SlotOf(operand);
        if (body.Layout.SiteOfSlot(slot).Kind == SiteKind.Guard)
            return [path];
        if ((effects & Effects.Unmaps) != 0)
        {
            if (body.Layout.SiteOfSlot(slot) is { Kind: SiteKind.Mapping } site && body.StateOf(path.State, slot) is SiteState.Unmapped or SiteState.Failed)
                body.Findings?.AddUnmappedInVain(site);
            return [path with { State = body.Set(path.State, slot, SiteState.Unmapped) }];
        }

        if ((effects & Effects.ChecksMappingError) != 0)
            return _checks.IsError(path.State, operand);
        if ((effects & Effects.TakesOwnership) == 0 && ((effects & Effects.Borrows) != 0 || NeverKeeps(method)))
            return [path];
        return [path with { State = body.Escape(path.State, operand) }];
    }

    private Effects EffectsOf(IArgumentOperation argument) => argument.Parameter is { } parameter ? body.Effects.Of(parameter) : Effects.None;

    /// <summary>Members of the class library that look at what they are given and forget it.</summary>
    private static bool NeverKeeps(IMethodSymbol method) =>
        method.Name is "Equals" or "GetHashCode" or "ToString" or "CompareTo"
        || method.ContainingType?.ToDisplayString() is "System.Console" or "string" or "object" or "System.Diagnostics.Debug" or "System.Diagnostics.Trace"
            or "System.IO.TextWriter";
}
