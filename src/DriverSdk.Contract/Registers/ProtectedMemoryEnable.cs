using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>PMEN: whether the protected memory regions are protected. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct ProtectedMemoryEnable(uint Value)
{
    /// <summary>Protection is asked for (EPM).</summary>
    public bool Enabled { get => Bits.Has(Value, 31); init => Value = (uint)(value ? Bits.Set(Value, 31) : Bits.Clear(Value, 31)); }

    /// <summary>Protection is in effect (PRS); read only.</summary>
    public bool Status { get => Bits.Has(Value, 0); init => Value = (uint)(value ? Bits.Set(Value, 0) : Bits.Clear(Value, 0)); }
}
