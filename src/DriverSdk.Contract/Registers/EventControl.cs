using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>FECTL or IECTL: whether an event interrupt may go out. Resets to masked. Source: facts/vtd.md 1 and 6.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct EventControl(uint Value)
{
    /// <summary>No message goes out; the event waits as pending (IM).</summary>
    public bool Masked { get => Bits.Has(Value, 31); init => Value = (uint)(value ? Bits.Set(Value, 31) : Bits.Clear(Value, 31)); }

    /// <summary>An event happened while masked (IP); read only.</summary>
    public bool Pending { get => Bits.Has(Value, 30); init => Value = (uint)(value ? Bits.Set(Value, 30) : Bits.Clear(Value, 30)); }
}
