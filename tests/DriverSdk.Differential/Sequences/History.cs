namespace DriverSdk.Differential.Sequences;

/// <summary>What places in memory hold, and everything that they held before.</summary>
/// <typeparam name="TPlace">What names a place.</typeparam>
/// <typeparam name="TValue">What it holds.</typeparam>
internal sealed class History<TPlace, TValue>
    where TPlace : notnull
    where TValue : struct
{
    private readonly Dictionary<TPlace, List<Held<TValue>>> _values = [];

    /// <summary>All places that were ever written.</summary>
    public IEnumerable<TPlace> Places => _values.Keys;

    /// <summary>Replaces a value at a step.</summary>
    public void Set(TPlace place, TValue value, int step)
    {
        if (!_values.TryGetValue(place, out var held))
            _values[place] = held = [new Held<TValue>(default, Held<TValue>.Now)];
        held[^1] = held[^1] with { Until = step };
        held.Add(new Held<TValue>(value, Held<TValue>.Now));
    }

    /// <summary>The values of a place, the standing one last; a place never written holds the default.</summary>
    public IReadOnlyList<Held<TValue>> Of(TPlace place) =>
        _values.TryGetValue(place, out var held) ? held : [new Held<TValue>(default, Held<TValue>.Now)];

    /// <summary>What a place holds now.</summary>
    public TValue Current(TPlace place) => Of(place)[^1].Value;

    public override string ToString() =>
        string.Concat(_values.SelectMany(pair => pair.Value, (pair, held) => $" {pair.Key:x}={held.Value:x}{(held.Until == Held<TValue>.Now ? "" : $"<{held.Until}")}"));
}
