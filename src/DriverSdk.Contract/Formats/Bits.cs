using System.Runtime.CompilerServices;

namespace DriverSdk.Contract.Formats;

/// <summary>Reads and replaces bit fields of a 64-bit word, so that a layout is written as field positions and nowhere as masks.</summary>
internal static class Bits
{
    /// <summary>A word with <paramref name="width"/> ones (1 to 64) from bit <paramref name="low"/> up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(int low, int width) => (ulong.MaxValue >> (64 - width)) << low;

    /// <summary>The field, shifted down to bit 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Get(ulong word, int low, int width) => (word >> low) & Mask(0, width);

    /// <summary>The word with the field replaced; bits of <paramref name="field"/> above its width are dropped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong With(ulong word, int low, int width, ulong field) => (word & ~Mask(low, width)) | ((field << low) & Mask(low, width));

    /// <summary>Whether one bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Has(ulong word, int bit) => ((word >> bit) & 1) != 0;

    /// <summary>The word with one bit set.</summary>
    public static ulong Set(ulong word, int bit) => word | (1UL << bit);

    /// <summary>The word with one bit cleared.</summary>
    public static ulong Clear(ulong word, int bit) => word & ~(1UL << bit);
}
