using System.Numerics;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Invalidation;

/// <summary>An invalidation of cached translations, as queue, register, IOTLB and traces all understand it. Source: facts/vtd.md 5.</summary>
/// <param name="Granularity">How much goes.</param>
/// <param name="Domain">The domain; ignored when global.</param>
/// <param name="Page">A page of the range; bits below the range's size are ignored.</param>
/// <param name="AddressMask">The range is 2^n pages of 4 KiB, naturally aligned (AM).</param>
/// <param name="Hint">Which entries changed.</param>
/// <param name="Drain">Transfers to wait for.</param>
internal readonly record struct IotlbInvalidation(
    IotlbGranularity Granularity, DomainId Domain, Iova Page, int AddressMask, InvalidationHint Hint, Drain Drain)
{
    /// <summary>Everything.</summary>
    public static IotlbInvalidation Global(Drain drain = Drain.All) =>
        new(IotlbGranularity.Global, default, default, 0, InvalidationHint.AnyEntry, drain);

    /// <summary>All of a domain's translations.</summary>
    public static IotlbInvalidation OfDomain(DomainId domain, Drain drain = Drain.All) =>
        new(IotlbGranularity.Domain, domain, default, 0, InvalidationHint.AnyEntry, drain);

    /// <summary>2^<paramref name="addressMask"/> pages of a domain, the ones that hold <paramref name="page"/>.</summary>
    public static IotlbInvalidation OfPages(DomainId domain, Iova page, int addressMask, InvalidationHint hint = InvalidationHint.AnyEntry,
        Drain drain = Drain.All) =>
        new(IotlbGranularity.Page, domain, page, addressMask, hint, drain);

    /// <summary>The smallest naturally aligned run of pages that covers <paramref name="range"/>, which must not be empty; it may be far larger.</summary>
    public static IotlbInvalidation OfPages(DomainId domain, AddressRange<Iova> range, InvalidationHint hint = InvalidationHint.AnyEntry,
        Drain drain = Drain.All)
    {
        var differing = (range.Start.Value ^ range.Last.Value) >> PageSize.CpuShift;
        return OfPages(domain, range.Start, 64 - BitOperations.LeadingZeroCount(differing), hint, drain);
    }
}
