using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Invalidation;

/// <summary>An invalidation of cached context entries, as queue, register and cache all understand it. Source: facts/vtd.md 5.</summary>
/// <param name="Granularity">How much goes.</param>
/// <param name="Domain">The domain; ignored when global.</param>
/// <param name="Source">The function; ignored unless device-selective.</param>
/// <param name="Mask">Function bits to ignore.</param>
internal readonly record struct ContextInvalidation(ContextGranularity Granularity, DomainId Domain, Bdf Source, FunctionMask Mask)
{
    /// <summary>Everything.</summary>
    public static ContextInvalidation Global() => new(ContextGranularity.Global, default, default, FunctionMask.None);

    /// <summary>All entries that name <paramref name="domain"/>.</summary>
    public static ContextInvalidation OfDomain(DomainId domain) => new(ContextGranularity.Domain, domain, default, FunctionMask.None);

    /// <summary>The entry of one function, or of those that differ from it only in <paramref name="mask"/>, as far as it named <paramref name="domain"/>.</summary>
    public static ContextInvalidation OfDevice(DomainId domain, Bdf source, FunctionMask mask = FunctionMask.None) =>
        new(ContextGranularity.Device, domain, source, mask);

    /// <summary>Whether the function is meant by a device-selective invalidation.</summary>
    public bool Selects(Bdf function)
    {
        var ignored = Mask switch { FunctionMask.HighBit => 0b100, FunctionMask.TwoHighBits => 0b110, FunctionMask.All => 0b111, _ => 0 };
        return ((function.Value ^ Source.Value) & ~ignored) == 0;
    }
}
