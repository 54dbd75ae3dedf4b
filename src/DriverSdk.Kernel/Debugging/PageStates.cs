using System.Numerics;
using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Debugging;

/// <summary>One word per page: whether it is allocated, how many mappings hold it, and how many unmaps of it still wait for their invalidation.</summary>
/// <remarks>
/// A word and its neighbours change under the lock of their stripe of 512 pages: for one page that costs what a compare-and-swap costs, and for a run it costs one
/// locked instruction instead of one per page, so that the loop over the words is vectors. Whoever comes second, the map or the free, sees the first.
/// </remarks>
internal sealed unsafe class PageStates : IDisposable
{
    private const uint MappedOne = 1;
    private const uint MappedMask = 0x7fff;
    private const uint DrainingOne = 1 << 16;
    private const uint DrainingMask = 0x7fff0000;
    private const uint Allocated = 1u << 31;
    private const int StripeShift = 9;
    private const ulong StripePages = 1UL << StripeShift;
    private const int LockCount = 1024;

    private readonly HostReservation _words;
    private readonly ulong _pageCount;
    private readonly PaddedLock[] _locks = new PaddedLock[LockCount];

    public PageStates(PhysAddr endOfRam)
    {
        _pageCount = endOfRam.Value >> PageSize.CpuShift;
        _words = HostReservation.Reserve(_pageCount * sizeof(uint));
    }

    /// <summary>Counts a mapping of each page.</summary>
    public PageFindings Map(Pfn first, ulong pages) => Change(first, pages, new Counting(MappedOne, 0, MappedMask, Allocated));

    /// <summary>Moves a mapping of each page to draining.</summary>
    public PageFindings BeginDrain(Pfn first, ulong pages) => Change(first, pages, new Counting(DrainingOne - MappedOne, MappedMask, DrainingMask, 0));

    /// <summary>Ends one draining of each page.</summary>
    public PageFindings EndDrain(Pfn first, ulong pages) => Change(first, pages, new Counting(unchecked(0u - DrainingOne), DrainingMask, 0, 0));

    /// <summary>Marks pages as allocated; the findings say whether one is still mapped or draining.</summary>
    public PageFindings Allocate(Pfn first, ulong pages) => SetAllocated(first, pages, Allocated);

    /// <summary>Marks pages as free; the findings say whether one is still mapped or draining.</summary>
    public PageFindings Free(Pfn first, ulong pages) => SetAllocated(first, pages, 0);

    /// <summary>What holds any page of a run right now, and whether one is not allocated.</summary>
    public PageFindings Inspect(Pfn first, ulong pages)
    {
        var findings = PageFindings.None;
        foreach (ref var word in Words(first, Math.Min(pages, Beyond(first))))
            findings |= StateOf(Volatile.Read(ref word));
        return findings;
    }

    /// <inheritdoc/>
    public void Dispose() => _words.Dispose();

    private static PageFindings HeldBy(uint word) =>
        ((word & MappedMask) != 0 ? PageFindings.Mapped : PageFindings.None) | ((word & DrainingMask) != 0 ? PageFindings.Draining : PageFindings.None);

    private static PageFindings StateOf(uint word) => HeldBy(word) | ((word & Allocated) == 0 ? PageFindings.NotAllocated : PageFindings.None);

    private ulong Beyond(Pfn first) => first.Value < _pageCount ? _pageCount - first.Value : 0;

    private Span<uint> Words(Pfn first, ulong pages) => new((uint*)_words.Base + first.Value, (int)pages);

    private PageFindings Change(Pfn first, ulong pages, Counting counting)
    {
        // Pages beyond RAM are a device's registers: they have no state, as they have no struct page.
        pages = Math.Min(pages, Beyond(first));
        var findings = PageFindings.None;
        while (pages != 0)
        {
            var run = Math.Min(pages, StripePages - (first.Value & (StripePages - 1)));
            ref var stripe = ref Stripe(first);
            stripe.Enter();
            findings |= counting.Apply(Words(first, run));
            stripe.Exit();
            first += run;
            pages -= run;
        }

        return findings;
    }

    private PageFindings SetAllocated(Pfn first, ulong pages, uint allocated)
    {
        pages = Math.Min(pages, Beyond(first));
        var findings = PageFindings.None;
        while (pages != 0)
        {
            var run = Math.Min(pages, StripePages - (first.Value & (StripePages - 1)));
            ref var stripe = ref Stripe(first);
            stripe.Enter();
            foreach (ref var word in Words(first, run))
            {
                findings |= HeldBy(word);
                word = (word & ~Allocated) | allocated;
            }

            stripe.Exit();
            first += run;
            pages -= run;
        }

        return findings;
    }

    private ref RawSpinlock Stripe(Pfn pfn) => ref _locks[(pfn.Value >> StripeShift) & (LockCount - 1)].Lock;

    /// <summary>One way of counting: add <paramref name="Delta"/> where a page has what is required and room for it.</summary>
    /// <param name="Delta">What is added to each word.</param>
    /// <param name="NonZero">Bits of which one must be set before; 0 asks for none.</param>
    /// <param name="NotFull">Bits that must not all be set before; 0 asks for none.</param>
    /// <param name="Expected">Bits that should be set; missing ones are a finding and no obstacle.</param>
    private readonly record struct Counting(uint Delta, uint NonZero, uint NotFull, uint Expected)
    {
        public PageFindings Apply(Span<uint> words) => words.Length == 1 || !AllPlain(words) ? ApplyEach(words) : Add(words);

        private PageFindings Add(Span<uint> words)
        {
            var index = 0;
            var delta = new Vector<uint>(Delta);
            for (; index <= words.Length - Vector<uint>.Count; index += Vector<uint>.Count)
                (new Vector<uint>(words[index..]) + delta).CopyTo(words[index..]);
            for (; index < words.Length; index++)
                words[index] += Delta;
            return PageFindings.None;
        }

        private bool AllPlain(ReadOnlySpan<uint> words)
        {
            var index = 0;
            var odd = Vector<uint>.Zero;
            for (; index <= words.Length - Vector<uint>.Count; index += Vector<uint>.Count)
            {
                var word = new Vector<uint>(words[index..]);
                if (NonZero != 0)
                    odd |= Vector.Equals(word & new Vector<uint>(NonZero), Vector<uint>.Zero);
                if (NotFull != 0)
                    odd |= Vector.Equals(word & new Vector<uint>(NotFull), new Vector<uint>(NotFull));
                odd |= new Vector<uint>(Expected) & ~word;
            }

            if (odd != Vector<uint>.Zero)
                return false;
            for (; index < words.Length; index++)
            {
                if (Judge(words[index]) != PageFindings.None)
                    return false;
            }

            return true;
        }

        private PageFindings ApplyEach(Span<uint> words)
        {
            var findings = PageFindings.None;
            foreach (ref var word in words)
            {
                var found = Judge(word);
                findings |= found;
                if ((found & (PageFindings.Underflow | PageFindings.Overflow)) == 0)
                    word += Delta;
            }

            return findings;
        }

        private PageFindings Judge(uint word)
        {
            var findings = (Expected & ~word) != 0 ? PageFindings.NotAllocated : PageFindings.None;
            if (NonZero != 0 && (word & NonZero) == 0)
                findings |= PageFindings.Underflow;
            if (NotFull != 0 && (word & NotFull) == NotFull)
                findings |= PageFindings.Overflow;
            return findings;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct PaddedLock
    {
        [FieldOffset(0)]
        public RawSpinlock Lock;
    }
}
