using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>What follows from the width of an access.</summary>
internal static class AccessWidths
{
    /// <summary>All bits of the width set: what reads give where nobody answers.</summary>
    public static ulong AllOnes(this AccessWidth width) => width == AccessWidth.QuadWord ? ulong.MaxValue : (1UL << ((int)width * 8)) - 1;

    /// <summary>Whether <paramref name="offset"/> is a multiple of the width.</summary>
    public static bool Fits(this AccessWidth width, ulong offset) => (offset & ((ulong)width - 1)) == 0;
}
