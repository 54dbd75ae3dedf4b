using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>IVA: which pages a page-selective <see cref="IotlbCommand"/> means. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct InvalidateAddress(ulong Value)
{
    /// <summary>2^n pages (AM).</summary>
    public int AddressMask { get => (int)Bits.Get(Value, 0, 6); init => Value = Bits.With(Value, 0, 6, (ulong)value); }

    /// <summary>Which entries changed (IH).</summary>
    public InvalidationHint Hint { get => (InvalidationHint)Bits.Get(Value, 6, 1); init => Value = Bits.With(Value, 6, 1, (ulong)value); }

    /// <summary>A page of the range (ADDR); bits below the mask's size are ignored.</summary>
    public Iova Page { get => new(Bits.Get(Value, 12, 52) << 12); init => Value = Bits.With(Value, 12, 52, value.Value >> 12); }
}
