using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Does an invalidation, whichever way it was asked for: what the unit's options say about domains, masks and drains is decided here only.</summary>
/// <param name="caches">What is emptied.</param>
/// <param name="drain">What is waited for.</param>
/// <param name="options">What the unit offers.</param>
internal sealed class InvalidationExecutor(TranslationCaches caches, TransferDrain drain, RemappingUnitOptions options)
{
    private bool _drainIsOwed;

    /// <summary>Whether the address mask of a page-selective invalidation is one the unit offers.</summary>
    public bool Accepts(in IotlbInvalidation request) =>
        request.Granularity != IotlbGranularity.Page || !options.PageSelectiveInvalidation || request.AddressMask <= options.MaxAddressMask;

    /// <summary>Drops context entries and says how much was dropped.</summary>
    public ContextGranularity Execute(in ContextInvalidation request)
    {
        if (request.Granularity == ContextGranularity.None)
            return ContextGranularity.None;
        caches.Invalidate(request with { Domain = Cut(request.Domain) });
        return request.Granularity;
    }

    /// <summary>Drops translations and says how much was dropped. Transfers are waited for by <see cref="Settle"/>.</summary>
    public IotlbGranularity Execute(in IotlbInvalidation request)
    {
        if (request.Granularity == IotlbGranularity.None || !Accepts(request))
            return IotlbGranularity.None;
        var done = request.Granularity == IotlbGranularity.Page && !options.PageSelectiveInvalidation ? IotlbGranularity.Domain : request.Granularity;
        caches.Invalidate(request with { Granularity = done, Domain = Cut(request.Domain) });
        _drainIsOwed |= drain.Applies(request.Drain);
        return done;
    }

    /// <summary>Waits for the transfers that the invalidations since the last call asked to drain: once for all of them.</summary>
    public void Settle()
    {
        if (!_drainIsOwed)
            return;
        _drainIsOwed = false;
        drain.Wait();
    }

    private DomainId Cut(DomainId domain) => new((ushort)(domain.Value & (options.DomainCount - 1)));
}
