using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Registers;

/// <summary>IQH or IQT in a queue of 128-bit descriptors. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register: the descriptor's offset from the queue's base, in bytes.</param>
internal readonly record struct QueuePointer(ulong Value)
{
    /// <summary>The descriptor's index, 0 to 32767.</summary>
    public int Index { get => (int)Bits.Get(Value, 4, 15); init => Value = Bits.With(Value, 4, 15, (ulong)value); }
}
