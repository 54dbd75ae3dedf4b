using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Contract.Registers;

/// <summary>CCMD: a context-cache invalidation through registers. Software sets ICC and waits until it reads zero. Source: facts/vtd.md 1.</summary>
/// <param name="Value">The register.</param>
internal readonly record struct ContextCommand(ulong Value)
{
    /// <summary>The invalidation is asked for or under way (ICC).</summary>
    public bool Busy { get => Bits.Has(Value, 63); init => Value = value ? Bits.Set(Value, 63) : Bits.Clear(Value, 63); }

    /// <summary>The granularity the unit did; zero when it did nothing (CAIG).</summary>
    public ContextGranularity Actual { get => (ContextGranularity)Bits.Get(Value, 59, 2); init => Value = Bits.With(Value, 59, 2, (ulong)value); }

    /// <summary>What is asked for (CIRG, FM, SID and DID).</summary>
    public ContextInvalidation Request
    {
        get => new((ContextGranularity)Bits.Get(Value, 61, 2), new DomainId((ushort)Bits.Get(Value, 0, 16)), new Bdf((ushort)Bits.Get(Value, 16, 16)),
            (FunctionMask)Bits.Get(Value, 32, 2));
        init
        {
            var word = Bits.With(Value, 61, 2, (ulong)value.Granularity);
            word = Bits.With(word, 32, 2, (ulong)value.Mask);
            word = Bits.With(word, 16, 16, value.Source.Value);
            Value = Bits.With(word, 0, 16, value.Domain.Value);
        }
    }
}
