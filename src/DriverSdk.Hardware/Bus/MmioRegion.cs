using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Bus;

/// <summary>A run of physical addresses that one target answers.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Last">Last byte, inclusive.</param>
/// <param name="Target">Who answers.</param>
/// <param name="TargetOffset">Offset within the target of the first byte.</param>
internal readonly record struct MmioRegion(ulong Start, ulong Last, IMmioTarget Target, ulong TargetOffset)
{
    /// <summary>Whether the two share a byte.</summary>
    public bool Overlaps(in MmioRegion other) => Start <= other.Last && other.Start <= Last;

    /// <summary>The part within a window, both ends inclusive; false when there is none.</summary>
    public bool TryClip(ulong start, ulong last, out MmioRegion clipped)
    {
        var from = Math.Max(Start, start);
        var to = Math.Min(Last, last);
        clipped = new MmioRegion(from, to, Target, TargetOffset + (from - Start));
        return from <= to;
    }
}
