namespace DriverSdk.Analyzers.Flow;

/// <summary>What holds at one point of one path: a number per cell, zero where nothing is known. Immutable.</summary>
internal sealed class PathState : IEquatable<PathState>
{
    public static readonly PathState Empty = new([], null);

    private readonly int[] _cells;
    private readonly int _hash;

    private PathState(int[] cells, Continuation? pending)
    {
        _cells = cells;
        Pending = pending;
        unchecked
        {
            var hash = pending?.GetHashCode() ?? 0;
            for (var i = 0; i < cells.Length; i++)
                hash += cells[i] * ((i * 0x01000193) + 0x27d4eb2f);
            _hash = hash;
        }
    }

    /// <summary>Where the path goes after the finally block it is in.</summary>
    public Continuation? Pending { get; }

    public int this[int cell] => cell < _cells.Length ? _cells[cell] : 0;

    public int CellCount => _cells.Length;

    public PathState With(int cell, int value)
    {
        if (this[cell] == value)
            return this;
        var cells = new int[Math.Max(_cells.Length, cell + 1)];
        Array.Copy(_cells, cells, _cells.Length);
        cells[cell] = value;
        return new PathState(cells, Pending);
    }

    public PathState With(Continuation? pending) => new(_cells, pending);

    public bool Equals(PathState? other)
    {
        if (other is null || _hash != other._hash || !Equals(Pending, other.Pending))
            return false;
        for (var i = Math.Max(_cells.Length, other._cells.Length) - 1; i >= 0; i--)
        {
            if (this[i] != other[i])
                return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => Equals(obj as PathState);

    public override int GetHashCode() => _hash;
}
