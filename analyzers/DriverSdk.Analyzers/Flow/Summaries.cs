using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Works out what a callee in the same compilation does with mappings, on demand and once.</summary>
/// <remarks>
/// A recursive call contributes no way to end of its own: what the callee does is what its non-recursive ways do. A summary that met a callee still being
/// worked out is used but not kept, unless it is that callee's own.
/// </remarks>
internal sealed class Summaries(FlowModel model)
{
    private const int OutcomeLimit = 16;

    private readonly ConcurrentDictionary<IMethodSymbol, CallSummary?> _known = new(SymbolEqualityComparer.Default);

    /// <summary>Whether the call runs the one body that is in the source: no override can stand in, and it runs now rather than when iterated or awaited.</summary>
    public static bool HasReadableBody(IMethodSymbol method)
    {
        method = method.OriginalDefinition;
        return method.DeclaringSyntaxReferences.Length > 0 && !method.IsAbstract && !method.IsExtern && !RunsLater(method)
            && method.MethodKind is MethodKind.Ordinary or MethodKind.PropertyGet or MethodKind.PropertySet
            && (!(method.IsVirtual || method.IsOverride) || method.IsSealed || method.ContainingType.IsSealed)
            && method.ContainingType.TypeKind is TypeKind.Class or TypeKind.Struct;
    }

    /// <summary>Whether a call only starts the body, or does not even do that: async methods and iterators.</summary>
    public static bool RunsLater(IMethodSymbol method) => method.IsAsync || method.ReturnType.OriginalDefinition.SpecialType is
        SpecialType.System_Collections_IEnumerable or SpecialType.System_Collections_IEnumerator
        or SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_Generic_IEnumerator_T
        || method.ReturnType.Name is "IAsyncEnumerable" or "IAsyncEnumerator";

    /// <summary>The summary, or <see langword="null"/> when the body cannot be understood.</summary>
    public CallSummary? Of(IMethodSymbol method, CallChain? chain, CancellationToken cancellationToken)
    {
        method = method.OriginalDefinition;
        method = method.PartialImplementationPart ?? method;
        if (_known.TryGetValue(method, out var known))
            return known;
        if (chain is { IsTooDeep: true })
            return null;
        if (chain?.Contains(method) == true)
        {
            chain.MeetRecursion(method);
            return new CallSummary([]);
        }

        var own = new CallChain(method, chain);
        var summary = Read(method, own, cancellationToken);
        if (!own.IsIncomplete)
            _known.TryAdd(method, summary);
        return summary;
    }

    private CallSummary? Read(IMethodSymbol method, CallChain chain, CancellationToken cancellationToken)
    {
        if (model.GraphOf(method, cancellationToken) is not { } graph)
            return null;
        var body = new Body(model, graph.OriginalOperation, method, null, chain, cancellationToken);
        var variables = new Variables(body, graph);
        var entry = PathState.Empty;
        var sites = new List<Site>();
        foreach (var parameter in method.Parameters)
        {
            var site = body.Layout.AddParameter();
            sites.Add(site);
            if (parameter.RefKind is RefKind.None or RefKind.In && MayCarryMapping(parameter.Type) && !body.Variables.IsShared(parameter))
                entry = variables.Initialize(parameter, body.Set(entry, site.Recent, SiteState.Unchecked), Values.OfSlot(site.Recent));
            else if (body.Variables.IsShared(parameter))
                entry = body.Set(entry, site.Recent, SiteState.Escaped);
        }

        var outcomes = new HashSet<CallOutcome>();
        foreach (var exit in new GraphRunner(body, graph).Run(entry))
        {
            if (exit.Throws is null)
                outcomes.Add(OutcomeOf(body, method, exit, sites));
        }

        return body.Exhausted || outcomes.Count > OutcomeLimit ? null : new CallSummary([.. outcomes]);
    }

    private static CallOutcome OutcomeOf(Body body, IMethodSymbol method, PathExit exit, List<Site> sites)
    {
        var returned = SiteState.None;
        var returnedParameter = -1;
        if (Values.IsSlot(exit.Value))
        {
            var slot = Values.SlotOf(exit.Value);
            var site = body.Layout.SiteOfSlot(slot);
            returnedParameter = sites.IndexOf(site);
            if (returnedParameter < 0 && site.Kind == SiteKind.Mapping)
                returned = Fresh(body.StateOf(exit.State, slot));
        }

        var outs = method.Parameters.Select(parameter =>
        {
            var value = parameter.RefKind == RefKind.Out ? exit.State[body.Layout.Cell(body.Places.Of((ISymbol)parameter))] : Values.Unknown;
            return Values.IsSlot(value) && body.Layout.SiteOfSlot(Values.SlotOf(value)).Kind == SiteKind.Mapping ? Fresh(body.StateOf(exit.State, Values.SlotOf(value))) : SiteState.None;
        });
        var constant = exit.Value is Values.True or Values.False or Values.Success or Values.Error or Values.Null ? exit.Value : Values.Unknown;
        return new CallOutcome(constant, returned, returnedParameter, [.. sites.Select(site => body.StateOf(exit.State, site.Recent))], [.. outs]);
    }

    /// <summary>What the callee hands over as unmapped or kept elsewhere is nothing the caller must unmap.</summary>
    private static SiteState Fresh(SiteState state) => state is SiteState.Unchecked or SiteState.Mapped or SiteState.Failed ? state : SiteState.None;

    private static bool MayCarryMapping(ITypeSymbol type) => type.SpecialType == SpecialType.None && type.TypeKind is TypeKind.Struct or TypeKind.Class or TypeKind.TypeParameter;
}
