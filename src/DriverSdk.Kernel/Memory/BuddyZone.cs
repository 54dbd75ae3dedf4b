using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Memory;

/// <summary>One zone's free blocks: a list per order, split on demand and merged with the buddy on return.</summary>
/// <remarks>
/// Blocks that were never needed stand in no list; they are cut off the untouched ranges when the lists run dry. So a machine with 64 GiB starts without
/// touching an entry, and its metadata stays as sparse as its use of RAM.
/// </remarks>
internal sealed class BuddyZone
{
    private readonly PageMap _map;
    private readonly uint[] _heads = new uint[PageAllocator.MaxOrder + 1];
    private readonly ulong[] _counts = new ulong[PageAllocator.MaxOrder + 1];
    private readonly List<PfnRange> _untouched = [];
    private RawSpinlock _lock;

    public BuddyZone(PageMap map) => _map = map;

    /// <summary>Pages on the lists and in the untouched ranges.</summary>
    public ulong FreePages
    {
        get
        {
            Span<ulong> blocks = stackalloc ulong[PageAllocator.MaxOrder + 1];
            CountFreeBlocks(blocks);
            var pages = 0UL;
            for (var order = 0; order < blocks.Length; order++)
                pages += blocks[order] << order;
            return pages;
        }
    }

    /// <summary>Gives the zone RAM that nobody has used yet; ranges are added from low to high, before the first allocation.</summary>
    public void AddUntouched(Pfn start, Pfn end)
    {
        if (end.Value > start.Value)
            _untouched.Add(new PfnRange(start.Value, end.Value));
    }

    /// <summary>Takes a block; its state still says free, and is the caller's to set.</summary>
    public bool TryTake(int order, out Pfn first)
    {
        _lock.Enter();
        var taken = TryTakeLocked(order, out var pfn);
        _lock.Exit();
        first = new Pfn(pfn);
        return taken;
    }

    /// <summary>Takes up to <paramref name="frames"/>.Length single pages under one lock; returns how many.</summary>
    public int TakeSingles(Span<uint> frames)
    {
        var count = 0;
        _lock.Enter();
        for (; count < frames.Length && TryTakeLocked(0, out var pfn); count++)
        {
            frames[count] = (uint)pfn;
            _map[pfn].State = new PageState(PageStatus.FreeOnCpu, 0, default).Word;
        }

        _lock.Exit();
        return count;
    }

    /// <summary>Takes a block back and merges it as far as its buddies are free.</summary>
    public void Put(Pfn first, int order)
    {
        _lock.Enter();
        PutLocked(first.Value, order);
        _lock.Exit();
    }

    /// <summary>Takes single pages back under one lock.</summary>
    public void PutSingles(ReadOnlySpan<uint> frames)
    {
        _lock.Enter();
        foreach (var pfn in frames)
            PutLocked(pfn, 0);
        _lock.Exit();
    }

    /// <summary>Adds the number of free blocks of each order to <paramref name="perOrder"/>. Linux: a line of /proc/buddyinfo.</summary>
    public void CountFreeBlocks(Span<ulong> perOrder)
    {
        _lock.Enter();
        for (var order = 0; order <= PageAllocator.MaxOrder; order++)
            perOrder[order] += _counts[order];
        foreach (var range in _untouched)
            range.CountBlocks(perOrder);
        _lock.Exit();
    }

    private bool TryTakeLocked(int order, out ulong pfn)
    {
        do
        {
            for (var found = order; found <= PageAllocator.MaxOrder; found++)
            {
                if (_heads[found] == 0)
                    continue;
                pfn = _heads[found];
                Unlink(pfn, found);
                while (found > order)
                {
                    found--;
                    Link(pfn + (1UL << found), found);
                }

                return true;
            }
        }
        while (TryCut());
        pfn = 0;
        return false;
    }

    private bool TryCut()
    {
        if (_untouched.Count == 0)
            return false;
        var block = _untouched[0].First;
        var order = _untouched[0].FirstOrder;
        var rest = _untouched[0] with { First = block + (1UL << order) };
        if (rest.First == rest.End)
            _untouched.RemoveAt(0);
        else
            _untouched[0] = rest;
        Link(block, order);
        return true;
    }

    private void PutLocked(ulong pfn, int order)
    {
        for (; order < PageAllocator.MaxOrder; order++)
        {
            var buddy = pfn ^ (1UL << order);
            if (buddy >= _map.EndPfn || _map[buddy].State != FreeInZone(order))
                break;
            Unlink(buddy, order);
            _map[pfn].State = 0;
            _map[buddy].State = 0;
            pfn &= buddy;
        }

        Link(pfn, order);
    }

    private void Link(ulong pfn, int order)
    {
        ref var page = ref _map[pfn];
        page.State = FreeInZone(order);
        page.Previous = 0;
        page.Next = _heads[order];
        if (page.Next != 0)
            _map[page.Next].Previous = (uint)pfn;
        _heads[order] = (uint)pfn;
        _counts[order]++;
    }

    private void Unlink(ulong pfn, int order)
    {
        ref var page = ref _map[pfn];
        if (page.Previous != 0)
            _map[page.Previous].Next = page.Next;
        else
            _heads[order] = page.Next;
        if (page.Next != 0)
            _map[page.Next].Previous = page.Previous;
        _counts[order]--;
    }

    private static int FreeInZone(int order) => new PageState(PageStatus.FreeInZone, order, default).Word;

    private readonly record struct PfnRange(ulong First, ulong End)
    {
        /// <summary>The largest block that may begin at the start.</summary>
        public int FirstOrder =>
            Math.Min(PageAllocator.MaxOrder, Math.Min(BitOperations.TrailingZeroCount(First), BitOperations.Log2(End - First)));

        public void CountBlocks(Span<ulong> perOrder)
        {
            const ulong largest = 1UL << PageAllocator.MaxOrder;
            for (var range = this; range.First < range.End;)
            {
                var order = range.FirstOrder;
                var run = order == PageAllocator.MaxOrder ? (range.End - range.First) / largest : 1;
                perOrder[order] += run;
                range = range with { First = range.First + (run << order) };
            }
        }
    }
}
