using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The translations of all domains, one bank per page size; a tag is domain and frame, so the devices of a domain share them.</summary>
/// <remarks>Source: facts/vtd.md 4.</remarks>
internal sealed class Iotlb
{
    private readonly IotlbBank? _small;
    private readonly IotlbBank? _medium;
    private readonly IotlbBank? _large;

    /// <summary>Makes an empty IOTLB.</summary>
    /// <param name="policy">How large each bank is.</param>
    /// <param name="largePages">Page sizes besides 4 KiB.</param>
    public Iotlb(CachePolicy policy, LargePages largePages)
    {
        _small = BankOf(PageSize.Size4K, policy.Pages4K);
        _medium = largePages.HasFlag(LargePages.Size2M) ? BankOf(PageSize.Size2M, policy.Pages2M) : null;
        _large = largePages.HasFlag(LargePages.Size1G) ? BankOf(PageSize.Size1G, policy.Pages1G) : null;
    }

    /// <summary>Looks a translation up that grants the access; one that does not is a miss, so that the walk decides.</summary>
    /// <param name="domainTag">The domain's tag.</param>
    /// <param name="address">Any byte of the page.</param>
    /// <param name="access">What is wanted.</param>
    /// <param name="requester">Counts a hit of a large page; the caller counts all hits.</param>
    /// <param name="page">Where the byte lies.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong domainTag, Iova address, IommuAccess access, Requester requester, out TranslatedPage page)
    {
        if (_small is { IsEmpty: false } small && small.TryFind(domainTag, address.Value, out var data))
            return Grant(data, PageSize.Size4K, address, access, out page);
        return TryFindLarge(domainTag, address, access, requester, out page);
    }

    /// <summary>Caches a translation; under the fill gate.</summary>
    /// <param name="domainTag">The domain's tag.</param>
    /// <param name="address">Any byte of the page.</param>
    /// <param name="walk">The walk that found it.</param>
    public void Fill(ulong domainTag, Iova address, in WalkResult walk) =>
        BankOf(walk.Level)?.Fill(domainTag, address.Value, walk.Page.Value | (ulong)walk.Granted);

    /// <summary>Drops what the invalidation names; under the fill gate.</summary>
    public void Drop(in IotlbInvalidation request)
    {
        Drop(_small, request);
        Drop(_medium, request);
        Drop(_large, request);
    }

    /// <summary>What the bank of a level has been filled with and emptied of.</summary>
    public IotlbBank.Counters CountersOf(int level) => BankOf(level)?.Counted ?? default;

    private static IotlbBank? BankOf(PageSize size, CacheGeometry geometry) => geometry.IsNone ? null : new IotlbBank(size, geometry.Sets);

    private static void Drop(IotlbBank? bank, in IotlbInvalidation request)
    {
        if (bank is null)
            return;
        if (request.Granularity == IotlbGranularity.Global)
            bank.Clear();
        else if (request.Granularity == IotlbGranularity.Domain)
            bank.Drop(request.Domain);
        else
            bank.Drop(request);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Grant(ulong data, PageSize size, Iova address, IommuAccess access, out TranslatedPage page)
    {
        var offset = address.Value & size.OffsetMask;
        page = new TranslatedPage(new PhysAddr((data & ~size.OffsetMask) + offset), size.Bytes - offset);
        return (data & (ulong)access) != 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindLarge(ulong domainTag, Iova address, IommuAccess access, Requester requester, out TranslatedPage page)
    {
        if (_medium is { IsEmpty: false } medium && medium.TryFind(domainTag, address.Value, out var data))
        {
            var isGranted = Grant(data, PageSize.Size2M, address, access, out page);
            requester.Counters.Hits2M += isGranted ? 1 : 0;
            return isGranted;
        }

        if (_large is { IsEmpty: false } large && large.TryFind(domainTag, address.Value, out data))
        {
            var isGranted = Grant(data, PageSize.Size1G, address, access, out page);
            requester.Counters.Hits1G += isGranted ? 1 : 0;
            return isGranted;
        }

        page = default;
        return false;
    }

    private IotlbBank? BankOf(int level) => level switch { 0 => _small, 1 => _medium, _ => _large };
}
