using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Which pages of an IOVA range devices have written: one bit each. Linux: <c>struct iova_bitmap</c>. One thread at a time.</summary>
/// <param name="range">What it covers.</param>
/// <param name="pageSize">What a bit stands for.</param>
internal sealed class DirtyBitmap(AddressRange<Iova> range, PageSize pageSize)
{
    private const int BitsPerWord = 64;

    private readonly ulong[] _words = new ulong[(((range.LengthBytes + pageSize.OffsetMask) >> pageSize.Shift) + BitsPerWord - 1) / BitsPerWord];

    /// <summary>What it covers.</summary>
    public AddressRange<Iova> Range => range;

    /// <summary>Number of dirty pages.</summary>
    public int DirtyCount => _words.Sum(word => System.Numerics.BitOperations.PopCount(word));

    /// <summary>Whether the page of <paramref name="address"/>, an address of the range, was written.</summary>
    public bool IsDirty(Iova address)
    {
        var page = PageOf(address.Value);
        return (_words[page / BitsPerWord] & (1UL << (page % BitsPerWord))) != 0;
    }

    /// <summary>Notes that the pages of a range may have been written; what lies outside the bitmap is left out.</summary>
    public void Mark(AddressRange<Iova> written)
    {
        if (written.IsEmpty || !range.Overlaps(written))
            return;
        var last = PageOf(Math.Min(written.Last.Value, range.Last.Value));
        for (var page = PageOf(Math.Max(written.Start.Value, range.Start.Value)); page <= last; page++)
            _words[page / BitsPerWord] |= 1UL << (page % BitsPerWord);
    }

    /// <summary>Makes every page clean.</summary>
    public void Clear() => Array.Clear(_words);

    private int PageOf(ulong address) => (int)((address - range.Start.Value) >> pageSize.Shift);
}
