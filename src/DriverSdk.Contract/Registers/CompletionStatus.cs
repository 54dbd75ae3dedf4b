using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>ICS: whether a wait descriptor that asked for an interrupt has completed; cleared by writing one. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct CompletionStatus(uint Value)
{
    /// <summary>A wait completed (IWC).</summary>
    public bool WaitCompleted { get => Bits.Has(Value, 0); init => Value = (uint)(value ? Bits.Set(Value, 0) : Bits.Clear(Value, 0)); }
}
