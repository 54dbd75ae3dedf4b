namespace DriverSdk.Differential.Rigs;

/// <summary>What could be seen of a request at once.</summary>
/// <param name="Fault">The recorded fault, 0 for none.</param>
/// <param name="FaultPage">The recorded page address.</param>
internal readonly record struct Observation(int Fault, ulong FaultPage)
{
    public override string ToString() => Fault == 0 ? "no fault" : $"fault 0x{Fault:x} at page 0x{FaultPage:x}";
}
