using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.PageTables;

namespace DriverSdk.Hardware.Iommu;

/// <summary>What a cached entry is found by.</summary>
/// <param name="Tag">The domain or the source that it belongs to, as the policy says.</param>
/// <param name="Level">The level of the table entry that it stands for.</param>
/// <param name="Frame">The addresses below that entry, as an address without the bits that lie within.</param>
internal readonly record struct CacheKey(ushort Tag, byte Level, ulong Frame)
{
    /// <summary>The key of the entry that covers an address at a level.</summary>
    public static CacheKey Of(ushort tag, int level, Iova address) => new(tag, (byte)level, address.Value >> ShiftOf(level));

    /// <summary>Whether it covers any of 2^<paramref name="order"/> naturally aligned bytes.</summary>
    /// <param name="address">Any of the bytes.</param>
    /// <param name="order">Base-2 logarithm of their number.</param>
    public bool Overlaps(Iova address, int order)
    {
        var coarser = Math.Max(order, ShiftOf(Level));
        return Frame << ShiftOf(Level) >> coarser == address.Value >> coarser;
    }

    /// <summary>Bits of address below an entry of this level.</summary>
    public static int ShiftOf(int level) => VtdSecondStageFormat.LeafSize(level).Shift;
}
