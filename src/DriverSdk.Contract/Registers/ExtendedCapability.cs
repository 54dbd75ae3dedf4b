using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>ECAP: what else the unit can do, as far as legacy mode uses it. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct ExtendedCapability(ulong Value)
{
    /// <summary>The unit snoops the CPU's caches when it reads tables (C).</summary>
    public bool CoherentWalks { get => Bits.Has(Value, 0); init => Value = value ? Bits.Set(Value, 0) : Bits.Clear(Value, 0); }

    /// <summary>The invalidation queue exists (QI).</summary>
    public bool QueuedInvalidation { get => Bits.Has(Value, 1); init => Value = value ? Bits.Set(Value, 1) : Bits.Clear(Value, 1); }

    /// <summary>Devices may cache translations (DT).</summary>
    public bool DeviceTlb { get => Bits.Has(Value, 2); init => Value = value ? Bits.Set(Value, 2) : Bits.Clear(Value, 2); }

    /// <summary>Interrupts can be remapped (IR).</summary>
    public bool InterruptRemapping { get => Bits.Has(Value, 3); init => Value = value ? Bits.Set(Value, 3) : Bits.Clear(Value, 3); }

    /// <summary>Interrupt destinations may be x2APIC ids (EIM).</summary>
    public bool ExtendedInterruptMode { get => Bits.Has(Value, 4); init => Value = value ? Bits.Set(Value, 4) : Bits.Clear(Value, 4); }

    /// <summary>Context entries may say pass-through (PT).</summary>
    public bool PassThrough { get => Bits.Has(Value, 6); init => Value = value ? Bits.Set(Value, 6) : Bits.Clear(Value, 6); }

    /// <summary>Leaf entries have a snoop bit (SC).</summary>
    public bool SnoopControl { get => Bits.Has(Value, 7); init => Value = value ? Bits.Set(Value, 7) : Bits.Clear(Value, 7); }

    /// <summary>Offset of the IOTLB registers in bytes; a multiple of 16 (IRO).</summary>
    public ulong IotlbRegistersOffset { get => Bits.Get(Value, 8, 10) * 16; init => Value = Bits.With(Value, 8, 10, value / 16); }

    /// <summary>Greatest mask of an invalidation of interrupt entries: 2^n entries at once (MHMV).</summary>
    public int MaxHandleMask { get => (int)Bits.Get(Value, 20, 4); init => Value = Bits.With(Value, 20, 4, (ulong)value); }

    /// <summary>Scalable-mode tables exist (SMTS).</summary>
    public bool ScalableMode { get => Bits.Has(Value, 43); init => Value = value ? Bits.Set(Value, 43) : Bits.Clear(Value, 43); }

    /// <summary>RTADDR may say to refuse every request (ADMS).</summary>
    public bool AbortDmaMode { get => Bits.Has(Value, 52); init => Value = value ? Bits.Set(Value, 52) : Bits.Clear(Value, 52); }
}
