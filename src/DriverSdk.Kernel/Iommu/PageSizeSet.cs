using System.Numerics;
using System.Runtime.CompilerServices;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The page sizes of a table, one bit each: bit 12 is 4 KiB.</summary>
/// <param name="Sizes">The sum of the sizes.</param>
internal readonly record struct PageSizeSet(ulong Sizes)
{
    /// <summary>The largest page that can begin a mapping: both addresses are multiples of it, and it ends within the range.</summary>
    /// <param name="input">First byte of the range.</param>
    /// <param name="lastInput">Last byte of the range, not below the first.</param>
    /// <param name="output">Where the first byte leads.</param>
    /// <returns>Base-2 logarithm of the size; 0 when no size of the set fits.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int LargestShift(ulong input, ulong lastInput, ulong output)
    {
        var addresses = input | output;
        // Ones up to the lowest set bit: every size that divides both addresses; all of them when both are zero.
        var aligned = addresses ^ (addresses - 1);
        // The length, which is 0 for all of 64 bits; then every size fits.
        var length = lastInput - input + 1;
        var fitting = ulong.MaxValue >> BitOperations.LeadingZeroCount(length == 0 ? ulong.MaxValue : length);
        return BitOperations.Log2((Sizes & aligned & fitting) | 1);
    }
}
