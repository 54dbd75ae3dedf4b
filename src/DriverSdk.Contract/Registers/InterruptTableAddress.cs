using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>IRTA: where the interrupt remapping table lies and how long it is; it takes effect when SIRTP latches it. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct InterruptTableAddress(ulong Value)
{
    /// <summary>Entries of the table: a power of two, 2 to 65536 (2^(S + 1)).</summary>
    public int EntryCount { get => 2 << (int)Bits.Get(Value, 0, 4); init => Value = Bits.With(Value, 0, 4, (ulong)(int.Log2(value) - 1)); }

    /// <summary>Destinations in the table are x2APIC ids, and compatibility-format messages are blocked (EIME). Needs ECAP.EIM.</summary>
    public bool ExtendedMode { get => Bits.Has(Value, 11); init => Value = value ? Bits.Set(Value, 11) : Bits.Clear(Value, 11); }

    /// <summary>The table, 4 KiB aligned.</summary>
    public PhysAddr Table { get => new(Bits.Get(Value, 12, 52) << 12); init => Value = Bits.With(Value, 12, 52, value.Value >> 12); }
}
