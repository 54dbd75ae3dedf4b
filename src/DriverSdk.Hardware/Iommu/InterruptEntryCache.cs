using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The interrupt entry cache: checked, present entries by index, one place for each index modulo the size. Any thread may look up; a hit takes no lock.</summary>
/// <remarks>
/// Fills and invalidations share a gate, and a miss takes the generation before it reads memory: what an invalidation overtakes is not cached. Source: facts/vtd.md 4.
/// </remarks>
/// <param name="options">Its size.</param>
internal sealed class InterruptEntryCache(RemappingUnitOptions options)
{
    private readonly Cached?[] _places = new Cached?[options.InterruptEntryCacheEntries];
    private SpinGate _gate;
    private long _generation;
    private long _invalidations;

    /// <summary>Changes with every invalidation.</summary>
    public long Generation => Volatile.Read(ref _generation);

    /// <summary>Invalidations done.</summary>
    public long Invalidations => Volatile.Read(ref _invalidations);

    /// <summary>Finds the entry at <paramref name="index"/>.</summary>
    public bool TryFind(int index, out InterruptEntry entry)
    {
        entry = default;
        if (_places.Length == 0 || Volatile.Read(ref _places[index & (_places.Length - 1)]) is not { } cached || cached.Index != index)
            return false;
        entry = cached.Entry;
        return true;
    }

    /// <summary>Caches an entry, unless something was invalidated since <paramref name="generation"/>.</summary>
    public void Fill(int index, in InterruptEntry entry, long generation)
    {
        if (_places.Length == 0)
            return;
        var cached = new Cached(index, entry);
        _gate.Enter();
        if (_generation == generation)
            Volatile.Write(ref _places[index & (_places.Length - 1)], cached);
        _gate.Exit();
    }

    /// <summary>Drops entries.</summary>
    public void Invalidate(in InterruptEntryInvalidation request)
    {
        _gate.Enter();
        for (var place = 0; place < _places.Length; place++)
        {
            if (_places[place] is { } cached && request.Selects(cached.Index))
                _places[place] = null;
        }

        _invalidations++;
        Volatile.Write(ref _generation, _generation + 1);
        _gate.Exit();
    }

    private sealed record Cached(int Index, InterruptEntry Entry);
}
