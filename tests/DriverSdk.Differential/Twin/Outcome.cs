namespace DriverSdk.Differential.Twin;

/// <summary>How an access ends: a fault code, or the physical address it reaches.</summary>
/// <param name="Fault">0 when it reaches memory.</param>
/// <param name="Address">Physical address of the first byte; 0 with a fault.</param>
/// <param name="IsRecorded">Whether the fault is recorded; true without one.</param>
internal readonly record struct Outcome(int Fault, ulong Address, bool IsRecorded)
{
    public static Outcome Reaches(ulong address) => new(0, address, true);

    public override string ToString() => Fault == 0 ? $"reaches 0x{Address:x}" : $"fault 0x{Fault:x}{(IsRecorded ? "" : " unrecorded")}";
}
