using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The IOTLB's translations of one page size: a set-associative array that readers probe without a lock.</summary>
/// <remarks>Everything but <see cref="TryFind"/> runs under the fill gate of <see cref="TranslationCaches"/>.</remarks>
internal sealed unsafe class IotlbBank
{
    private const ulong FrameBits = (1UL << 45) - 1;

    // Pinned, and aligned by hand: a set that straddles two cache lines would cost every look-up a second load.
    private readonly byte[] _storage;
    private readonly IotlbSet* _sets;
    private readonly ulong _setMask;
    private readonly int _setCount;
    private readonly int _shift;
    // They change with every fill, so they lie behind the sets and not beside the fields that every look-up reads.
    private readonly Counters* _counters;
    private bool _isEmpty = true;

    /// <summary>Makes an empty bank.</summary>
    /// <param name="size">The page size.</param>
    /// <param name="setCount">A power of two.</param>
    public IotlbBank(PageSize size, int setCount)
    {
        _shift = size.Shift;
        _setCount = setCount;
        _setMask = (ulong)setCount - 1;
        _storage = GC.AllocateArray<byte>((setCount + 2) * IotlbSet.SizeBytes, pinned: true);
        var start = (nuint)Unsafe.AsPointer(ref _storage[0]);
        _sets = (IotlbSet*)((start + IotlbSet.SizeBytes - 1) & ~(nuint)(IotlbSet.SizeBytes - 1));
        _counters = (Counters*)(_sets + setCount);
    }

    /// <summary>Whether any translation is cached; a stale answer costs a reader a miss at most.</summary>
    public bool IsEmpty => Volatile.Read(ref _isEmpty);

    /// <summary>What it has been filled with and emptied of so far.</summary>
    public Counters Counted => *_counters;

    /// <summary>The upper part of a domain's tags: a valid bit, so that no tag is zero, and the id.</summary>
    public static ulong TagOf(DomainId domain) => (1UL << 63) | ((ulong)domain.Value << 45);

    /// <summary>Looks a translation up.</summary>
    /// <param name="domainTag">The domain's tag.</param>
    /// <param name="address">Any byte of the page.</param>
    /// <param name="data">The page's physical address, and the access granted in bits 1:0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong domainTag, ulong address, out ulong data)
    {
        var frame = address >> _shift;
        var tag = domainTag | frame;
        ref var set = ref *SetOf(domainTag, frame);
        var before = Volatile.Read(ref set.Sequence);
        if (Volatile.Read(ref set.All[0].Tag) == tag)
            data = Volatile.Read(ref set.All[0].Data);
        else if (Volatile.Read(ref set.All[1].Tag) == tag)
            data = Volatile.Read(ref set.All[1].Data);
        else if (Volatile.Read(ref set.All[2].Tag) == tag)
            data = Volatile.Read(ref set.All[2].Data);
        else
        {
            data = 0;
            return false;
        }

        return (before & 1) == 0 && Volatile.Read(ref set.Sequence) == before;
    }

    /// <summary>Puts a translation in, in place of one with the same tag, an empty way, or the oldest.</summary>
    public void Fill(ulong domainTag, ulong address, ulong data)
    {
        var frame = address >> _shift;
        var tag = domainTag | frame;
        ref var set = ref *SetOf(domainTag, frame);
        ref var way = ref ChooseWay(ref set, tag);
        CountFill(way.Tag, tag);
        set.Sequence++;
        // No store below may become visible before the odd sequence.
        Volatile.WriteBarrier();
        way.Data = data;
        way.Tag = tag;
        Volatile.Write(ref set.Sequence, set.Sequence + 1);
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        if (!_isEmpty)
            DropWhere(0, 0, 0, 0);
    }

    /// <summary>Drops all translations of a domain.</summary>
    public void Drop(DomainId domain)
    {
        if (!_isEmpty)
            DropWhere(~FrameBits, TagOf(domain), 0, FrameBits);
    }

    /// <summary>Drops the translations of a domain that share a byte with the pages.</summary>
    public void Drop(in IotlbInvalidation pages)
    {
        if (_isEmpty)
            return;
        var tag = TagOf(pages.Domain);
        var order = PageSize.CpuShift + pages.AddressMask;
        var first = (pages.Page.Value >> order << order) >> _shift;
        var frames = order > _shift ? 1UL << (order - _shift) : 1;
        if (frames > (ulong)_setCount)
        {
            DropWhere(~FrameBits, tag, first, frames - 1);
            return;
        }

        for (var frame = first; frame < first + frames; frame++)
            DropOne(ref *SetOf(tag, frame), tag | frame);
    }

    /// <summary>The set of a frame: neighbouring pages fall into neighbouring sets, and the factor spreads domains that use the same frames.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal IotlbSet* SetOf(ulong domainTag, ulong frame) => _sets + (nuint)((frame ^ ((domainTag >> 45) * 0x9e37)) & _setMask);

    private static ref IotlbSet.Way ChooseWay(ref IotlbSet set, ulong tag)
    {
        var empty = -1;
        for (var i = 0; i < IotlbSet.Ways; i++)
        {
            if (set.All[i].Tag == tag)
                return ref set.All[i];
            if (set.All[i].Tag == 0)
                empty = i;
        }

        if (empty < 0)
        {
            empty = (int)set.Victim;
            set.Victim = (set.Victim + 1) % IotlbSet.Ways;
        }

        return ref set.All[empty];
    }

    private void DropOne(ref IotlbSet set, ulong tag)
    {
        for (var i = 0; i < IotlbSet.Ways; i++)
        {
            if (set.All[i].Tag == tag)
                Empty(ref set.All[i]);
        }
    }

    private void DropWhere(ulong domainMask, ulong domainTag, ulong firstFrame, ulong lastOffset)
    {
        for (var s = 0; s < _setCount; s++)
        {
            for (var i = 0; i < IotlbSet.Ways; i++)
            {
                ref var way = ref _sets[s].All[i];
                if (way.Tag != 0 && (way.Tag & domainMask) == domainTag && ((way.Tag & FrameBits) - firstFrame <= lastOffset || domainMask == 0))
                    Empty(ref way);
            }
        }
    }

    private void Empty(ref IotlbSet.Way way)
    {
        Volatile.Write(ref way.Tag, 0);
        _counters->Invalidated++;
        if (--_counters->Present == 0)
            Volatile.Write(ref _isEmpty, true);
    }

    private void CountFill(ulong before, ulong after)
    {
        _counters->Fills++;
        if (before == 0 && _counters->Present++ == 0)
            Volatile.Write(ref _isEmpty, false);
        if (before != 0 && before != after)
            _counters->Evictions++;
    }

    /// <summary>What a bank has been filled with and emptied of; written under the fill gate.</summary>
    public struct Counters
    {
        /// <summary>Translations in it.</summary>
        public long Present;

        /// <summary>Translations put in.</summary>
        public long Fills;

        /// <summary>Translations that made room for others.</summary>
        public long Evictions;

        /// <summary>Translations that invalidations dropped.</summary>
        public long Invalidated;
    }
}
