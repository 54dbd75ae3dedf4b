using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>IOTLB: an IOTLB invalidation through registers. Software sets IVT and waits until it reads zero. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct IotlbCommand(ulong Value)
{
    /// <summary>The invalidation is asked for or under way (IVT).</summary>
    public bool Busy { get => Bits.Has(Value, 63); init => Value = value ? Bits.Set(Value, 63) : Bits.Clear(Value, 63); }

    /// <summary>The granularity asked for (IIRG).</summary>
    public IotlbGranularity Granularity { get => (IotlbGranularity)Bits.Get(Value, 60, 2); init => Value = Bits.With(Value, 60, 2, (ulong)value); }

    /// <summary>The granularity the unit did; zero when it did nothing (IAIG).</summary>
    public IotlbGranularity Actual { get => (IotlbGranularity)Bits.Get(Value, 57, 2); init => Value = Bits.With(Value, 57, 2, (ulong)value); }

    /// <summary>Transfers to wait for (DR and DW).</summary>
    public Drain Drain { get => (Drain)Bits.Get(Value, 48, 2); init => Value = Bits.With(Value, 48, 2, (ulong)value); }

    /// <summary>The domain (DID); ignored by a global invalidation.</summary>
    public DomainId Domain { get => new((ushort)Bits.Get(Value, 32, 16)); init => Value = Bits.With(Value, 32, 16, value.Value); }
}
