namespace DriverSdk.Differential.Rigs;

/// <summary>What could be seen of a request from outside.</summary>
/// <param name="Fault">The recorded fault, 0 for none.</param>
/// <param name="FaultPage">The recorded page address.</param>
/// <param name="Word">What a read brought; for a write nothing.</param>
internal readonly record struct Observation(int Fault, ulong FaultPage, ulong Word)
{
    public override string ToString() => Fault == 0 ? $"no fault, word 0x{Word:x}" : $"fault 0x{Fault:x} at page 0x{FaultPage:x}, word 0x{Word:x}";
}
