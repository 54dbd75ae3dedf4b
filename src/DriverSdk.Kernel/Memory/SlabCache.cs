using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>All slabs of one object size: an active one per CPU, and a list of those with free objects.</summary>
/// <remarks>Locks: the cache's before a slab's; the page allocator is called with neither held.</remarks>
internal sealed class SlabCache
{
    private readonly SlabAllocator _owner;
    private readonly Slab?[] _active;
    private RawSpinlock _lock;
    private Slab? _partial;

    public SlabCache(SlabAllocator owner, int objectBytes, int order, int cpuCount)
    {
        _owner = owner;
        _active = new Slab?[cpuCount];
        ObjectBytes = objectBytes;
        Order = order;
        ObjectsPerSlab = (PageSize.CpuBytes << order) / objectBytes;
        Division = new SlotDivision(objectBytes);
    }

    public int ObjectBytes { get; }

    /// <summary>Order of a slab's block of pages.</summary>
    public int Order { get; }

    public int ObjectsPerSlab { get; }

    public SlotDivision Division { get; }

    /// <summary>Slabs without pages, kept to be used again; under the owner's lock.</summary>
    public Stack<Slab> Retired { get; } = new();

    /// <summary>Takes an object from the CPU's active slab, or from the next; false when memory has run out.</summary>
    public bool TryTake(CallSite site, Gfp gfp, out PhysAddr start)
    {
        var cpu = CallerCpu.ListOf(Cpu.CurrentOrNull, _active.Length);
        if (Volatile.Read(ref _active[cpu]) is { } active && active.TryTake(site, out start))
            return true;
        while (TryActivateNext(cpu, site, gfp))
        {
            if (_active[cpu] is { } next && next.TryTake(site, out start))
                return true;
        }

        start = default;
        return false;
    }

    /// <summary>Moves a slab to where it belongs after a free; an empty one goes back to the page allocator unless it is the only one in stock.</summary>
    public void Rehome(Slab slab, CallSite site)
    {
        var isRetired = false;
        _lock.Enter();
        if (slab.Home == SlabHome.Full && slab.Settle() == SlabHome.Partial)
            Link(slab);
        if (slab.Home == SlabHome.Partial && slab.LiveCount == 0 && (slab.Next ?? slab.Previous) is not null && slab.TryRetire())
        {
            Unlink(slab);
            isRetired = true;
        }

        _lock.Exit();
        if (isRetired)
            _owner.Retire(slab, site);
    }

    private bool TryActivateNext(int cpu, CallSite site, Gfp gfp)
    {
        _lock.Enter();
        var next = _partial;
        if (next is not null)
        {
            Unlink(next);
            Install(cpu, next);
        }

        _lock.Exit();
        if (next is not null)
            return true;
        if (!_owner.TryCreate(this, site, gfp, out var slab))
            return false;
        _lock.Enter();
        Install(cpu, slab);
        _lock.Exit();
        return true;
    }

    private void Install(int cpu, Slab slab)
    {
        slab.Activate();
        if (_active[cpu] is { } old && old.Settle() == SlabHome.Partial)
            Link(old);
        Volatile.Write(ref _active[cpu], slab);
    }

    private void Link(Slab slab)
    {
        slab.Previous = null;
        slab.Next = _partial;
        if (_partial is not null)
            _partial.Previous = slab;
        _partial = slab;
    }

    private void Unlink(Slab slab)
    {
        if (slab.Previous is not null)
            slab.Previous.Next = slab.Next;
        else
            _partial = slab.Next;
        if (slab.Next is not null)
            slab.Next.Previous = slab.Previous;
        slab.Next = slab.Previous = null;
    }
}
