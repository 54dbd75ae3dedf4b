namespace DriverSdk.Hardware.Iommu;

/// <summary>One cache of any size and replacement. It evicts by itself only when a set is full, and drops nothing that it is not asked to.</summary>
/// <remarks>Callers hold the lock of <see cref="PolicyCaches"/>.</remarks>
/// <typeparam name="TValue">What it keeps.</typeparam>
internal sealed class PolicyCache<TValue>
{
    private readonly Dictionary<CacheKey, Line> _lines = [];
    private readonly CacheGeometry _geometry;
    private readonly CacheReplacement _replacement;
    private readonly Random _random;
    private readonly CacheKey?[] _places;
    private readonly int[] _next;
    private long _clock;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="geometry">Its size.</param>
    /// <param name="policy">How it makes room.</param>
    public PolicyCache(CacheGeometry geometry, CachePolicy policy)
    {
        _geometry = geometry;
        _replacement = policy.Replacement;
        _random = new Random(policy.Seed);
        _places = geometry.IsUnbounded ? [] : new CacheKey?[geometry.Sets * geometry.Ways];
        _next = geometry.IsUnbounded ? [] : new int[geometry.Sets];
    }

    /// <summary>Entries in it.</summary>
    public int Count => _lines.Count;

    /// <summary>Look-ups that it answered; counted by the caller, who knows what an answer is.</summary>
    public long Hits { get; set; }

    /// <summary>Look-ups that went to memory; counted by the caller.</summary>
    public long Misses { get; set; }

    /// <summary>What it has done.</summary>
    public CacheStatistics Statistics => new(Hits, Misses, Fills, Evictions, Invalidated);

    private long Fills { get; set; }

    private long Evictions { get; set; }

    private long Invalidated { get; set; }

    /// <summary>Looks an entry up.</summary>
    public bool TryFind(in CacheKey key, out TValue value)
    {
        if (!_lines.TryGetValue(key, out var line))
        {
            value = default!;
            return false;
        }

        line.LastUse = ++_clock;
        value = line.Value;
        return true;
    }

    /// <summary>Puts an entry in, in place of one with the same key, in an empty place, or in that of the victim.</summary>
    public void Put(in CacheKey key, TValue value)
    {
        if (_geometry.IsNone)
            return;
        Fills++;
        if (_lines.TryGetValue(key, out var line))
            line.Value = value;
        else
            _lines.Add(key, line = new Line { Value = value, Place = _geometry.IsUnbounded ? -1 : TakePlace(key) });
        line.LastUse = ++_clock;
    }

    /// <summary>Drops everything, because an invalidation says so.</summary>
    public void Clear()
    {
        Invalidated += _lines.Count;
        _lines.Clear();
        Array.Clear(_places);
    }

    /// <summary>Drops one entry, because an invalidation says so.</summary>
    public void Drop(in CacheKey key)
    {
        if (!_lines.Remove(key, out var line))
            return;
        Invalidated++;
        if (line.Place >= 0)
            _places[line.Place] = null;
    }

    /// <summary>Drops all entries that an invalidation means.</summary>
    public void DropWhere(Func<CacheKey, TValue, bool> isMeant)
    {
        foreach (var (key, line) in _lines)
        {
            // A dictionary may lose entries while it is enumerated.
            if (isMeant(key, line.Value))
                Drop(key);
        }
    }

    private int TakePlace(in CacheKey key)
    {
        var set = (int)((key.Frame ^ (key.Tag * 0x9e37UL)) & (ulong)(_geometry.Sets - 1));
        var first = set * _geometry.Ways;
        var place = Array.IndexOf(_places, null, first, _geometry.Ways);
        if (place < 0)
        {
            place = first + VictimOf(set);
            _lines.Remove(_places[place]!.Value);
            Evictions++;
        }

        _places[place] = key;
        return place;
    }

    private int VictimOf(int set) => _replacement switch
    {
        CacheReplacement.Random => _random.Next(_geometry.Ways),
        CacheReplacement.LeastRecentlyUsed => Enumerable.Range(0, _geometry.Ways).MinBy(way => _lines[_places[(set * _geometry.Ways) + way]!.Value].LastUse),
        _ => Advance(ref _next[set]),
    };

    private int Advance(ref int next)
    {
        var way = next;
        next = (next + 1) % _geometry.Ways;
        return way;
    }

    private sealed class Line
    {
        public required TValue Value { get; set; }

        public required int Place { get; init; }

        public long LastUse { get; set; }
    }
}
