using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Iommu;

internal sealed partial class RemappingUnit
{
    /// <inheritdoc/>
    public bool TryTranslate(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out TranslatedPage page)
    {
        if (attributes.IsOrdinary)
        {
            // CAP.ZLR: a zero-length read needs any permission; without it, it is a read like any other.
            var wanted = access == IommuAccess.None && !_options.ZeroLengthRead ? IommuAccess.Read : access;
            return TryTranslate(source, address, wanted, out page);
        }

        page = TranslationOutcome.UntranslatedPage(address);
        var request = new TranslationRequest(source, address, access);
        if (!TryAdmit(request, attributes, out var requester, out var context))
            return false;
        if (address.Value >> _options.HostAddressWidth != 0)
            return Refuse(requester, request, FaultReason.AddressBeyondWidth, context.Entry, attributes);
        if (InterruptMessage.Window.Contains(new PhysAddr(address.Value)))
            return Refuse(requester, request, FaultReason.ResultInInterruptRange, context.Entry, attributes);
        return TryPassThrough(requester, request);
    }

    /// <inheritdoc/>
    public bool TryAnswer(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out DmaTranslation translation)
    {
        translation = default;
        var request = new TranslationRequest(source, address, access);
        if (!TryAdmit(request, attributes, out var requester, out var context))
            return false;
        if (address.Value > context.LastAddress)
            return Refuse(requester, request, FaultReason.AddressBeyondWidth, context.Entry, attributes);
        if (InterruptMessage.Window.Contains(new PhysAddr(address.Value)))
            return true;

        var walk = _tables.Walk(TablesFor(source), context, address, IommuAccess.None);
        requester.Counters.CountWalk(walk);
        if (walk.Reason is FaultReason.ReadDenied or FaultReason.WriteDenied)
            return true;
        if (walk.Reason != FaultReason.None)
            return Refuse(requester, request, walk.Reason, context.Entry, attributes);

        var answer = AnswerOf(walk, address, access);
        translation = answer.Granted == IommuAccess.None ? default : answer;
        return true;
    }

    // A request with a PASID or an address type that the tables may admit. While nothing is translated nobody answers it, and there is nothing to record.
    private bool TryAdmit(in TranslationRequest request, in DmaAttributes attributes, out Requester requester, out CachedContext context)
    {
        requester = _requesters.GetOrAdd(request.Source);
        context = null!;
        var path = Control.Path;
        if (path == TranslationPath.Untranslated)
            return false;
        if (path == TranslationPath.Refused)
            return Refuse(requester, request, Control.Refusal, default, attributes);
        if (attributes.Pasid is not null)
            return Refuse(requester, request, FaultReason.PasidRequestInLegacyMode, default, attributes);

        var lookup = FindContext(requester, request.Source, _caches.Generation);
        if (lookup.Context is not { } found)
            return Refuse(requester, request, lookup.Reason, lookup.Entry, attributes);
        context = found;
        return found.Entry.Type == TranslationType.WithDeviceTlb
            || Refuse(requester, request, FaultReason.BlockedByTranslationType, found.Entry, attributes);
    }

    private static DmaTranslation AnswerOf(in WalkResult walk, Iova address, IommuAccess access)
    {
        var size = VtdSecondStageFormat.LeafSize(walk.Level);
        if (TableTranslator.IsWhole(walk))
            return new DmaTranslation(walk.Page, size.Bytes, walk.Granted & access);

        // The device must not learn a page with a part that faults, so it learns the small page that it asked about.
        var offset = address.Value & size.OffsetMask & ~PageSize.Size4K.OffsetMask;
        return new DmaTranslation(new PhysAddr(walk.Page.Value + offset), PageSize.CpuBytes, walk.Granted & access);
    }
}
