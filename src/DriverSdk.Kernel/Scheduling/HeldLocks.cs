using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The locks one task holds, with those of handlers on top of it, for reports. A fixed array: taking a lock allocates nothing.</summary>
/// <remarks>Locks beyond its capacity are counted but not named; Linux's lockdep stops at 48.</remarks>
internal sealed class HeldLocks
{
    private const int Capacity = 16;
    private readonly Entry[] _entries = new Entry[Capacity];
    private int _count;

    public int Count => _count;

    public void Push(object taken, string name, LockRank rank, string file, int line)
    {
        if (_count < Capacity)
            _entries[_count] = new Entry(taken, name, rank, file, line);
        _count++;
    }

    public void Remove(object released)
    {
        for (var i = Math.Min(_count, Capacity) - 1; i >= 0; i--)
        {
            if (!ReferenceEquals(_entries[i].Lock, released))
                continue;
            Array.Copy(_entries, i + 1, _entries, i, Math.Min(_count, Capacity) - i - 1);
            _entries[Math.Min(_count, Capacity) - 1] = default;
            break;
        }

        _count--;
    }

    /// <summary>Throws when a lock of this rank is taken inside one of the same or a later rank.</summary>
    public void RequireOrder(string name, LockRank rank)
    {
        for (var i = Math.Min(_count, Capacity) - 1; i >= 0; i--)
        {
            ref var held = ref _entries[i];
            if (held.Rank.IsRanked && held.Rank.Order >= rank.Order)
            {
                throw new InvalidOperationException(
                    $"Lock '{name}' of rank {rank} is taken while '{held.Name}' of rank {held.Rank} is held (taken at {Path.GetFileName(held.File)}:{held.Line}). "
                    + "Ranked locks are taken in the order of the table LockRanks: take the outer one first.");
            }
        }
    }

    /// <summary>A copy, outermost lock first.</summary>
    public HeldLock[] Snapshot()
    {
        var copy = new HeldLock[Math.Min(_count, Capacity)];
        for (var i = 0; i < copy.Length; i++)
            copy[i] = new HeldLock(_entries[i].Name, _entries[i].File, _entries[i].Line);
        return copy;
    }

    private readonly record struct Entry(object Lock, string Name, LockRank Rank, string File, int Line);
}
