using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>A mapping that some path leaves behind.</summary>
internal sealed class Leak(IOperation acquisition, IMethodSymbol method)
{
    private readonly List<Location> _exits = [];

    public IOperation Acquisition => acquisition;

    public IMethodSymbol Method => method;

    /// <summary>The statements, or the closing brace, by which the paths leave.</summary>
    public IEnumerable<Location> Exits => _exits.OrderBy(exit => exit.SourceSpan.Start);

    public void AddExit(Location exit)
    {
        if (!_exits.Contains(exit))
            _exits.Add(exit);
    }
}
