using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Gathers what the paths of a body show; a fact seen on many paths is one finding.</summary>
internal sealed class FindingSet
{
    private readonly Dictionary<SyntaxNode, Leak> _leaks = [];
    private readonly Dictionary<(SyntaxNode, SyntaxNode), FreedWhileMapped> _freed = [];
    private readonly Dictionary<SyntaxNode, AtomicSwitch> _switches = [];
    private readonly HashSet<SyntaxNode> _unmappedInVain = [];

    public IReadOnlyCollection<Leak> Leaks => _leaks.Values;

    public IReadOnlyCollection<FreedWhileMapped> FreedWhileMapped => _freed.Values;

    public IReadOnlyCollection<AtomicSwitch> AtomicSwitches => _switches.Values;

    /// <summary>The calls whose mappings some path unmaps though it has unmapped them before, or never had them; no rule reports them in the build.</summary>
    public IReadOnlyCollection<SyntaxNode> UnmappedInVain => _unmappedInVain;

    public void AddUnmappedInVain(Site mapping) => _unmappedInVain.Add(mapping.Acquisition!.Syntax);

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
