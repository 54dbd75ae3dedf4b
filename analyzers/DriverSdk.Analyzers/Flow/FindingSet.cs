using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Gathers what the paths of a body show; a fact seen on many paths is one finding.</summary>
internal sealed class FindingSet
{
    private readonly Dictionary<SyntaxNode, Leak> _leaks = [];
    private readonly Dictionary<(SyntaxNode, SyntaxNode), FreedWhileMapped> _freed = [];
    private readonly Dictionary<SyntaxNode, AtomicSwitch> _switches = [];

    public IReadOnlyCollection<Leak> Leaks => _leaks.Values;

    public IReadOnlyCollection<FreedWhileMapped> FreedWhileMapped => _freed.Values;

    public IReadOnlyCollection<AtomicSwitch> AtomicSwitches => _switches.Values;

    public void AddLeak(Site site, Location exit)
    {
        if (!_leaks.TryGetValue(site.Acquisition!.Syntax, out var leak))
            _leaks.Add(site.Acquisition.Syntax, leak = new Leak(site.Acquisition, site.Method!));
        leak.AddExit(exit);
    }

    public void AddFreed(IOperation free, IMethodSymbol method, Site mapping)
    {
        var key = (free.Syntax, mapping.Acquisition!.Syntax);
        if (!_freed.ContainsKey(key))
            _freed.Add(key, new FreedWhileMapped(free, method, mapping.Acquisition, mapping.Method!));
    }

    public void AddSwitch(AtomicSwitch found)
    {
        if (!_switches.ContainsKey(found.Call.Syntax))
            _switches.Add(found.Call.Syntax, found);
    }
}
