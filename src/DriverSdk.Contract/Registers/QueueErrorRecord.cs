using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>IQERCD: why the queue stopped. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct QueueErrorRecord(ulong Value)
{
    /// <summary>Why (IQEI).</summary>
    public QueueError Error { get => (QueueError)Bits.Get(Value, 0, 4); init => Value = Bits.With(Value, 0, 4, (ulong)value); }
}
