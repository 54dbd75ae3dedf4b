using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>FSTS: what has gone wrong; each bit but PPF is cleared by writing one to it. Source: facts/vtd.md 1 and 6.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct FaultStatus(uint Value)
{
    /// <summary>The bits that a write of one clears.</summary>
    public const uint WriteOneToClear = 0b1111_1101;

    /// <summary>A fault was lost because no record was free (PFO).</summary>
    public bool Overflow { get => Bits.Has(Value, 0); init => Value = (uint)(value ? Bits.Set(Value, 0) : Bits.Clear(Value, 0)); }

    /// <summary>A fault record is pending (PPF); read only, the OR of all F bits.</summary>
    public bool Pending { get => Bits.Has(Value, 1); init => Value = (uint)(value ? Bits.Set(Value, 1) : Bits.Clear(Value, 1)); }

    /// <summary>The invalidation queue stopped at a bad descriptor (IQE).</summary>
    public bool QueueError { get => Bits.Has(Value, 4); init => Value = (uint)(value ? Bits.Set(Value, 4) : Bits.Clear(Value, 4)); }

    /// <summary>A device answered a device-TLB invalidation wrongly (ICE).</summary>
    public bool CompletionError { get => Bits.Has(Value, 5); init => Value = (uint)(value ? Bits.Set(Value, 5) : Bits.Clear(Value, 5)); }

    /// <summary>A device did not answer a device-TLB invalidation (ITE).</summary>
    public bool CompletionTimeout { get => Bits.Has(Value, 6); init => Value = (uint)(value ? Bits.Set(Value, 6) : Bits.Clear(Value, 6)); }

    /// <summary>Index of the record that became pending first; meaningful while <see cref="Pending"/> (FRI).</summary>
    public int FirstRecord { get => (int)Bits.Get(Value, 8, 8); init => Value = (uint)Bits.With(Value, 8, 8, (ulong)value); }
}
