using DriverSdk.Analyzers.Model;
using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Tracks what makes a path atomic, and reports the calls that must not be made there.</summary>
internal sealed class Locks(Body body)
{
    private const string Prefix = "atomic ";
    private const string HandlerKey = Prefix + "handler";

    /// <summary>A guard's site may stand beside the site of a mapping the same call hands out.</summary>
    private const int GuardOrdinal = -2;

    /// <summary>Makes the whole body atomic: it is a handler.</summary>
    public static PathState Enter(Body body, PathState state, AtomicCause cause) => state.With(body.Layout.AtomicCell(HandlerKey), body.Values.Named(cause));

    /// <summary>The named value of the <see cref="AtomicCause"/> that holds in a state, zero when it is not atomic.</summary>
    public static int CauseIn(Body body, PathState state)
    {
        foreach (var cell in body.Layout.AtomicCells)
        {
            if (state[cell] != Values.Unknown)
                return state[cell];
        }

        foreach (var site in body.Layout.Sites)
        {
            if (site.Kind == SiteKind.Guard && (body.StateOf(state, site.Recent) == SiteState.Mapped || body.StateOf(state, site.Older) == SiteState.Mapped))
                return body.Values.Named(CauseOf(site.Method!, site.Acquisition!));
        }

        return Values.Unknown;
    }

    public void Check(CallSite call, PathState state)
    {
        if (body.Findings is not { } findings || CauseIn(body, state) is var cause && cause == Values.Unknown)
            return;
        var chain = body.Model.Reach.Find(call.Method, null, body.CancellationToken);
        if (chain.IsDefault)
            return;

        // Inside a local function that was atomic when called, the call to report is the one in the atomic body.
        var frame = body.Inlined.FindIndex(inlined => inlined.AtomicCause != Values.Unknown);
        if (frame >= 0)
        {
            var outer = body.Inlined[frame];
            var inner = body.Inlined.Skip(frame + 1).Select(inlined => inlined.Call.Syntax.GetLocation()).Append(call.Operation.Syntax.GetLocation());
            findings.AddSwitch(new AtomicSwitch(outer.Call, outer.Function, [.. inner, .. chain], (AtomicCause)body.Values.NameOf(outer.AtomicCause)!));
        }
        else
        {
            findings.AddSwitch(new AtomicSwitch(call.Operation, call.Method, chain, (AtomicCause)body.Values.NameOf(cause)!));
        }
    }

    public List<PathValue> Apply(CallSite call, IMethodSymbol method, PathValue path, int receiver)
    {
        var effects = body.Effects.Of(method);
        if (Values.IsSlot(receiver) && body.Layout.SiteOfSlot(Values.SlotOf(receiver)) is { Kind: SiteKind.Guard } && (method.Name == "Dispose" || (effects & Effects.ReleasesLock) != 0))
            return [path with { State = body.Set(path.State, Values.SlotOf(receiver), SiteState.Unmapped) }];
        if ((effects & Effects.ReleasesLock) != 0)
            return [IsAtomic(method, effects) ? path with { State = Release(path.State, Key(call, method)) } : path];
        if (body.Effects.ReturnsGuard(method))
            return [Hold(call, method, path)];
        if ((effects & Effects.AcquiresLock) != 0 && body.Effects.EntersAtomic(method))
            return Acquire(call, method, path);

        // A helper that may drop a lock leaves nothing to be sure of.
        return AnyHeld(path.State) && body.Model.Reach.MayRelease(method, null, body.CancellationToken) ? [path with { State = ReleaseAll(path.State) }] : [path];
    }

    private PathValue Hold(CallSite call, IMethodSymbol method, PathValue path)
    {
        var site = body.Layout.SiteOf(call.Operation, GuardOrdinal, SiteKind.Guard, method);
        return new PathValue(SlotAging.Begin(body, path.State, site, SiteState.Mapped, Values.Unknown), Values.OfSlot(site.Recent));
    }

    private List<PathValue> Acquire(CallSite call, IMethodSymbol method, PathValue path)
    {
        var held = path.State.With(body.Layout.AtomicCell(Key(call, method)), body.Values.Named(CauseOf(method, call.Operation)));
        return method.ReturnType.SpecialType == SpecialType.System_Boolean
            ? [new PathValue(held, Values.True), path with { Value = Values.False }]
            : [path with { State = held }];
    }

    private PathState Release(PathState state, string key)
    {
        var cell = body.Layout.AtomicCell(key);
        return state[cell] != Values.Unknown ? state.With(cell, Values.Unknown) : ReleaseAll(state);
    }

    /// <summary>Which lock was meant is not known, so none counts as held; a handler stays one.</summary>
    private PathState ReleaseAll(PathState state)
    {
        var handler = body.Layout.AtomicCell(HandlerKey);
        return body.Layout.AtomicCells.Where(cell => cell != handler).Aggregate(state, (current, cell) => current.With(cell, Values.Unknown));
    }

    private bool AnyHeld(PathState state)
    {
        var handler = body.Layout.AtomicCell(HandlerKey);
        return body.Layout.AtomicCells.Any(cell => cell != handler && state[cell] != Values.Unknown);
    }

    private bool IsAtomic(IMethodSymbol method, Effects effects) => ((effects | body.Effects.Of(method.ContainingType)) & Effects.AtomicScope) != 0;

    private string Key(CallSite call, IMethodSymbol method) =>
        Prefix + (method.IsStatic ? method.ContainingType.Name : body.Places.Of(call.Instance) ?? $"some {method.ContainingType.Name}");

    private static AtomicCause CauseOf(IMethodSymbol method, IOperation acquisition) =>
        new($"after '{method.ContainingType.Name}.{method.Name}'", acquisition.Syntax.GetLocation());
}
