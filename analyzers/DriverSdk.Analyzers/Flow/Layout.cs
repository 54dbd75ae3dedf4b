using Microsoft.CodeAnalysis;

namespace DriverSdk.Analyzers.Flow;

/// <summary>Gives every fact of a body its cell in the <see cref="PathState"/>, as the facts turn up.</summary>
internal sealed class Layout
{
    private readonly Dictionary<string, int> _cells = [];
    private readonly Dictionary<(SyntaxNode, int), Site> _siteAt = [];
    private readonly List<Site> _sites = [];
    private readonly List<int> _stateCells = [];
    private readonly List<int> _memoryCells = [];
    private readonly List<int> _atomicCells = [];

    public IReadOnlyList<Site> Sites => _sites;

    /// <summary>The cells that are not zero while something makes the code atomic.</summary>
    public IReadOnlyList<int> AtomicCells => _atomicCells;

    public IEnumerable<KeyValuePair<string, int>> Cells => _cells;

    public int Cell(string key)
    {
        if (!_cells.TryGetValue(key, out var cell))
        {
            cell = _cells.Count;
            _cells.Add(key, cell);
        }

        return cell;
    }

    public int AtomicCell(string key)
    {
        var cell = Cell(key);
        if (!_atomicCells.Contains(cell))
            _atomicCells.Add(cell);
        return cell;
    }

    public int StateCell(int slot) => _stateCells[slot];

    /// <summary>The cell that holds which memory the slot's mapping covers.</summary>
    public int MemoryCell(int slot) => _memoryCells[slot];

    public Site SiteOfSlot(int slot) => _sites[slot / 2];

    /// <summary>The site of a call; one call may have several, told apart by <paramref name="ordinal"/>: -1 for its result, else the out parameter.</summary>
    public Site SiteOf(IOperation acquisition, int ordinal, SiteKind kind, IMethodSymbol method)
    {
        var key = (acquisition.Syntax, ordinal);
        if (!_siteAt.TryGetValue(key, out var site))
            _siteAt.Add(key, site = Add(kind, acquisition, method));
        return site;
    }

    public Site AddParameter() => Add(SiteKind.Parameter, null, null);

    private Site Add(SiteKind kind, IOperation? acquisition, IMethodSymbol? method)
    {
        var site = new Site(_sites.Count, kind, acquisition, method);
        _sites.Add(site);
        foreach (var slot in new[] { site.Recent, site.Older })
        {
            _stateCells.Add(Cell($"state {slot}"));
            _memoryCells.Add(Cell($"memory {slot}"));
        }

        return site;
    }
}
