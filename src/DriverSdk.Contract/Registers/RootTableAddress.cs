using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>RTADDR: where the root table lies and what it is. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct RootTableAddress(ulong Value)
{
    /// <summary>The root table, 4 KiB aligned.</summary>
    public PhysAddr Table { get => new(Bits.Get(Value, 12, 52) << 12); init => Value = Bits.With(Value, 12, 52, value.Value >> 12); }

    /// <summary>What the table is (TTM).</summary>
    public TranslationTableMode Mode { get => (TranslationTableMode)Bits.Get(Value, 10, 2); init => Value = Bits.With(Value, 10, 2, (ulong)value); }
}
