using System.Runtime.InteropServices;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Per-CPU stacks of numbers in front of a shared pool: taking and giving back touch only the CPU's own cache lines.</summary>
/// <remarks>
/// Each CPU has a loaded and a previous magazine; full ones move through a shared depot. The CPU's lock is never contended while its tasks take turns; it is there
/// for hosts that run two threads as one CPU. Source: facts/linux.md 4.4 (<c>iova_rcache</c>).
/// </remarks>
internal sealed class MagazineCache
{
    /// <summary>Entries of a magazine, so that with its count it fills 1 KiB.</summary>
    public const int MagazineSize = 127;

    private readonly CpuSlot[] _cpus;
    private readonly Stack<Magazine> _full = new();
    private readonly Stack<Magazine> _empty = new();
    private RawSpinlock _depot;

    public MagazineCache(int cpuCount)
    {
        _cpus = new CpuSlot[cpuCount];
        for (var cpu = 0; cpu < cpuCount; cpu++)
            (_cpus[cpu].Loaded, _cpus[cpu].Previous) = (new Magazine(), new Magazine());
    }

    /// <summary>Takes a number this CPU, or the depot, has in store; false when there is none.</summary>
    public bool TryPop(int cpu, out ulong item)
    {
        ref var slot = ref _cpus[cpu];
        slot.Lock.Enter();
        var found = slot.Loaded.Count != 0 || Reload(ref slot);
        item = found ? slot.Loaded.Items[--slot.Loaded.Count] : 0;
        slot.Lock.Exit();
        return found;
    }

    /// <summary>Stores a number.</summary>
    public void Push(int cpu, ulong item)
    {
        ref var slot = ref _cpus[cpu];
        slot.Lock.Enter();
        if (slot.Loaded.Count == MagazineSize)
            Unload(ref slot);
        slot.Loaded.Items[slot.Loaded.Count++] = item;
        slot.Lock.Exit();
    }

    /// <summary>Hands every stored number to <paramref name="take"/>, when the shared pool has run dry.</summary>
    public void Flush(Action<ulong> take)
    {
        for (var cpu = 0; cpu < _cpus.Length; cpu++)
        {
            ref var slot = ref _cpus[cpu];
            slot.Lock.Enter();
            Empty(slot.Loaded, take);
            Empty(slot.Previous, take);
            slot.Lock.Exit();
        }

        _depot.Enter();
        while (_full.TryPop(out var magazine))
        {
            Empty(magazine, take);
            _empty.Push(magazine);
        }

        _depot.Exit();
    }

    private static void Empty(Magazine magazine, Action<ulong> take)
    {
        while (magazine.Count != 0)
            take(magazine.Items[--magazine.Count]);
    }

    private bool Reload(ref CpuSlot slot)
    {
        (slot.Loaded, slot.Previous) = (slot.Previous, slot.Loaded);
        if (slot.Loaded.Count != 0)
            return true;
        _depot.Enter();
        var found = _full.TryPop(out var magazine);
        if (found)
            _empty.Push(slot.Loaded);
        _depot.Exit();
        if (found)
            slot.Loaded = magazine!;
        return found;
    }

    private void Unload(ref CpuSlot slot)
    {
        (slot.Loaded, slot.Previous) = (slot.Previous, slot.Loaded);
        if (slot.Loaded.Count != MagazineSize)
            return;
        _depot.Enter();
        _full.Push(slot.Loaded);
        slot.Loaded = _empty.TryPop(out var magazine) ? magazine : new Magazine();
        _depot.Exit();
    }

    private sealed class Magazine
    {
        public readonly ulong[] Items = new ulong[MagazineSize];
        public int Count;
    }

    // Two cache lines, because the prefetcher pairs them.
    [StructLayout(LayoutKind.Sequential)]
    private struct CpuSlot
    {
        public Magazine Loaded;
        public Magazine Previous;
        public RawSpinlock Lock;
#pragma warning disable IDE0051, CS0169 // Padding.
        private readonly Padding _padding;
#pragma warning restore IDE0051, CS0169
    }

    [StructLayout(LayoutKind.Sequential, Size = 104)]
    private readonly struct Padding;
}
