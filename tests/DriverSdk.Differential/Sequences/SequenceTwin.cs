using DriverSdk.Differential.Rigs;
using DriverSdk.Differential.Twin;

namespace DriverSdk.Differential.Sequences;

/// <summary>Knows every outcome that a unit may show: each entry it meets may be the one in memory, or one that stood there since the last command that dropped it.</summary>
/// <remarks>
/// The set is the widest that facts/vtd.md 4 and 5 allow: caches tagged by domain and shared by its devices, pointers to tables cached apart from leaves, refused entries
/// never cached (caching mode is off). Once everything is invalidated it holds one outcome, the current one.
/// </remarks>
/// <param name="shape">What the units offer.</param>
/// <param name="deviations">Where the unit is known to go its own way.</param>
internal sealed class SequenceTwin(UnitShape shape, KnownDeviations deviations)
{
    private readonly History<int, (ulong Low, ulong High)> _contexts = new();
    private readonly History<ulong, ulong> _entries = new();
    private readonly InvalidationLog _log = new();
    private int _step;

    /// <summary>A context entry was written.</summary>
    public void SetContext(int devFn, ulong low, ulong high) => _contexts.Set(devFn, (low, high), ++_step);

    /// <summary>An entry of a page table was written.</summary>
    public void SetEntry(ulong place, ulong value) => _entries.Set(place, value, ++_step);

    /// <summary>What an entry holds now.</summary>
    public ulong EntryAt(ulong place) => _entries.Current(place);

    /// <summary>A command was carried out.</summary>
    public void Invalidate(in InvalidationCommand command) => _log.Add(++_step, command);

    /// <summary>How a request may end.</summary>
    public IReadOnlySet<Outcome> Outcomes(DeviceRequest request)
    {
        var outcomes = new HashSet<Outcome>();
        foreach (var context in ContextsFor(request.DevFn, request.Address))
        {
            if (context.Fault != 0)
                outcomes.Add(context.Refuse(context.Fault));
            else if (request.Address >> context.WidthIn(shape) != 0)
                outcomes.Add(context.Refuse(0x4));
            else if (context.IsPassThrough)
                outcomes.Add(Outcome.Reaches(request.Address));
            else
                AddThroughTables(context, request, outcomes);
        }

        return outcomes;
    }

    /// <summary>Everything that was done, for reports.</summary>
    public override string ToString() => $"contexts{_contexts} entries{_entries} commands{_log}";

    private void AddThroughTables(in ContextView context, in DeviceRequest request, HashSet<Outcome> outcomes)
    {
        foreach (var (table, depth) in TablesOf(context, request.Address))
            Descend(context, table, (9 * (depth - 1)) + 12, request, outcomes);
    }

    // Translations found through any table that a context entry of this domain has named, by any device, may still be cached under the domain.
    private HashSet<(ulong Table, int Depth)> TablesOf(ContextView context, ulong address)
    {
        var tables = new HashSet<(ulong, int)> { (context.Table, context.Depth) };
        var dropped = _log.LastForPointer(context.Domain, address);
        foreach (var place in _contexts.Places)
        {
            foreach (var held in _contexts.Of(place))
            {
                var other = ContextView.Of(held.Value.Low, held.Value.High, shape);
                if (other is { Fault: 0, IsPassThrough: false } && other.Domain == context.Domain && LastUse(place, held, other.Domain) > dropped)
                    tables.Add((other.Table, other.Depth));
            }
        }

        return tables;
    }

    // A replaced entry goes on filling the caches below it until a command drops it from the context cache.
    private int LastUse(int devFn, in Held<(ulong, ulong)> held, int domain) =>
        held.Until == Held<ulong>.Now ? Held<ulong>.Now : _log.FirstForContext(devFn, domain, held.Until);

    private IEnumerable<ContextView> ContextsFor(int devFn, ulong address)
    {
        foreach (var held in _contexts.Of(devFn))
        {
            var view = ContextView.Of(held.Value.Low, held.Value.High, shape);
            if (held.Until == Held<ulong>.Now || (view.Fault == 0 && (held.Until > _log.LastForContext(devFn, view.Domain) || OutlivesItsContext(devFn, held, view, address))))
                yield return view;
        }
    }

    private bool OutlivesItsContext(int devFn, in Held<(ulong, ulong)> held, in ContextView view, ulong address) =>
        deviations.HasFlag(KnownDeviations.AsksTheIotlbBeforeTheContext) && LastUse(devFn, held, view.Domain) > _log.LastForPointer(view.Domain, address);

    private void Descend(in ContextView context, ulong table, int shift, in DeviceRequest request, HashSet<Outcome> outcomes)
    {
        var place = table + (8 * ((request.Address >> shift) % 512));
        foreach (var held in _entries.Of(place))
        {
            var entry = EntryView.Of(held.Value, shift, request.Kind, shape);
            if (!MayBeServed(context, held, entry, shift, request))
                continue;
            if (entry.Fault != 0)
                outcomes.Add(context.Refuse(entry.Fault));
            else if (entry.IsLeaf)
                outcomes.Add(entry.Reach(request.Address, shift, context));
            else
                Descend(context, entry.Target, shift - 9, request, outcomes);
        }
    }

    private bool MayBeServed(in ContextView context, in Held<ulong> held, in EntryView entry, int shift, in DeviceRequest request)
    {
        if (held.Until == Held<ulong>.Now)
            return true;
        // A refused request leaves nothing behind, but the entry may have served one of the other kind and then refuse this one.
        if (entry.Fault == 0xc || (held.Value & 3) == 0)
            return false;
        var isLeaf = shift == 12 || (held.Value & 0x80) != 0;
        var dropped = isLeaf ? _log.LastForLeaf(context.Domain, request.Address, shift) : _log.LastForPointer(context.Domain, request.Address);
        return held.Until > dropped;
    }
}
