namespace DriverSdk.Differential.Twin;

/// <summary>How an access ends: a fault code, or the physical address it reaches.</summary>
/// <param name="Fault">0 when it reaches memory.</param>
/// <param name="Address">Physical address of the first byte; 0 with a fault.</param>
/// <param name="IsRecorded">Whether the fault is recorded; true without one.</param>
/// <param name="PageShift">The page that it lies in has 2^n bytes; 12 where nothing was translated.</param>
internal readonly record struct Outcome(int Fault, ulong Address, bool IsRecorded, int PageShift = 12)
{
    /// <summary>The page that it lies in.</summary>
    public ulong Page => Address >> PageShift << PageShift;

    public static Outcome Reaches(ulong address, int pageShift = 12) => new(0, address, true, pageShift);

    public override string ToString() => Fault == 0 ? $"reaches 0x{Address:x}" : $"fault 0x{Fault:x}{(IsRecorded ? "" : " unrecorded")}";
}
