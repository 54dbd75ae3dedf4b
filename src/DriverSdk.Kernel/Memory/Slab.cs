using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Memory;

/// <summary>A block of pages cut into objects of one size, with its free list and the owner of each object.</summary>
/// <remarks>
/// The free list is kept here and not in the freed objects, where Linux keeps it: what a stray device write does to a freed object is the driver's bug to see,
/// and must not break the allocator that has to report it.
/// </remarks>
internal sealed class Slab
{
    private const short None = -1;

    private readonly Slot[] _slots;
    private RawSpinlock _lock;
    private short _firstFree;
    private int _liveCount;

    public Slab(SlabCache cache, int number)
    {
        Cache = cache;
        Number = number;
        _slots = new Slot[cache.ObjectsPerSlab];
    }

    public SlabCache Cache { get; }

    /// <summary>Its number in the page metadata, from 1.</summary>
    public int Number { get; }

    public Pfn First { get; private set; }

    /// <summary>Who keeps it; changed under the cache's and the slab's lock.</summary>
    public SlabHome Home { get; private set; }

    /// <summary>Neighbours on the cache's partial list, under the cache's lock.</summary>
    public Slab? Next { get; set; }

    public Slab? Previous { get; set; }

    /// <summary>Objects in use.</summary>
    public int LiveCount => Volatile.Read(ref _liveCount);

    /// <summary>Starts a new life on other pages: everything free, nothing remembered.</summary>
    public void Reset(Pfn first)
    {
        _lock.Enter();
        First = first;
        _liveCount = 0;
        for (var index = 0; index < _slots.Length; index++)
            _slots[index] = new Slot { NextFree = (short)(index + 1 < _slots.Length ? index + 1 : None) };
        _firstFree = 0;
        Home = SlabHome.Full;
        _lock.Exit();
    }

    /// <summary>Takes an object; false when none is free or the slab was retired.</summary>
    public bool TryTake(CallSite site, out PhysAddr start)
    {
        _lock.Enter();
        int index = _firstFree;
        if (index >= 0)
        {
            ref var slot = ref _slots[index];
            _firstFree = slot.NextFree;
            slot.IsLive = true;
            slot.AllocatedAt = site.Id;
            _liveCount++;
        }

        _lock.Exit();
        start = new PhysAddr(First.Start.Value + (ulong)(Math.Max(index, 0) * Cache.ObjectBytes));
        return index >= 0;
    }

    /// <summary>Whether a live object begins at the address.</summary>
    public bool IsLiveAt(PhysAddr start, out int index)
    {
        var offset = (int)(start.Value - First.Start.Value);
        index = Cache.Division.IndexOf(offset);
        return (uint)index < (uint)_slots.Length && index * Cache.ObjectBytes == offset && Volatile.Read(ref _slots[index].IsLive);
    }

    /// <summary>Puts an object back; false when it is free already.</summary>
    /// <param name="index">The object's index.</param>
    /// <param name="site">Who freed it.</param>
    /// <param name="needsNewHome">Set when the slab must move: it was full, or is empty and no CPU's.</param>
    public bool TryPut(int index, CallSite site, out bool needsNewHome)
    {
        _lock.Enter();
        ref var slot = ref _slots[index];
        var wasLive = slot.IsLive;
        needsNewHome = false;
        if (wasLive)
        {
            slot.IsLive = false;
            slot.FreedAt = site.Id;
            slot.NextFree = _firstFree;
            _firstFree = (short)index;
            _liveCount--;
            needsNewHome = Home == SlabHome.Full || (Home == SlabHome.Partial && _liveCount == 0);
        }

        _lock.Exit();
        return wasLive;
    }

    /// <summary>Gives the slab to a CPU. The cache's lock is held.</summary>
    public void Activate()
    {
        _lock.Enter();
        Home = SlabHome.Active;
        _lock.Exit();
    }

    /// <summary>Takes the slab from its CPU, or looks where it belongs after a free. The cache's lock is held.</summary>
    /// <returns>The new home: partial or full.</returns>
    public SlabHome Settle()
    {
        _lock.Enter();
        var home = Home = _firstFree < 0 ? SlabHome.Full : SlabHome.Partial;
        _lock.Exit();
        return home;
    }

    /// <summary>Closes an empty slab so that nobody can take from it; false when it is not empty after all. The cache's lock is held.</summary>
    public bool TryRetire()
    {
        _lock.Enter();
        var isEmpty = _liveCount == 0;
        if (isEmpty)
        {
            _firstFree = None;
            Home = SlabHome.Retired;
        }

        _lock.Exit();
        return isEmpty;
    }

    /// <summary>What is known about the object that holds a byte of the slab.</summary>
    public AllocationRecord RecordOf(PhysAddr address)
    {
        var index = Math.Min(Cache.Division.IndexOf((int)(address.Value - First.Start.Value)), _slots.Length - 1);
        var slot = _slots[index];
        return new AllocationRecord(
            new AddressRange<PhysAddr>(First.Start + (ulong)(index * Cache.ObjectBytes), (ulong)Cache.ObjectBytes),
            FreedMemoryKind.SlabObject,
            new CallSite(slot.AllocatedAt),
            new CallSite(slot.FreedAt),
            slot.IsLive ? AllocationStatus.Allocated : AllocationStatus.Free,
            TaskNumber: 0);
    }

    private struct Slot
    {
        public int AllocatedAt;
        public int FreedAt;
        public short NextFree;
        public bool IsLive;
    }
}
