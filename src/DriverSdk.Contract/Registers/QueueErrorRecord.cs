using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>IQERCD: why the queue stopped. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct QueueErrorRecord(ulong Value)
{
    /// <summary>Why (IQEI).</summary>
    public QueueError Error { get => (QueueError)Bits.Get(Value, 0, 4); init => Value = Bits.With(Value, 0, 4, (ulong)value); }

    /// <summary>Who did not answer a device-TLB invalidation in time (ITESID); meaningful while FSTS.ITE is set.</summary>
    public Bdf TimeoutSource { get => new((ushort)Bits.Get(Value, 32, 16)); init => Value = Bits.With(Value, 32, 16, value.Value); }

    /// <summary>Who answered a device-TLB invalidation wrongly (ICESID); meaningful while FSTS.ICE is set.</summary>
    public Bdf CompletionSource { get => new((ushort)Bits.Get(Value, 48, 16)); init => Value = Bits.With(Value, 48, 16, value.Value); }
}
