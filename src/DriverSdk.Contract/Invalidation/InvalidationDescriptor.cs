using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Formats;

namespace DriverSdk.Contract.Invalidation;

/// <summary>A 128-bit entry of the invalidation queue. Source: facts/vtd.md 5.</summary>
/// <param name="Low">First quad word; the type is in bits 3:0 and 11:9.</param>
/// <param name="High">Second quad word.</param>
internal readonly record struct InvalidationDescriptor(ulong Low, ulong High)
{
    /// <summary>Bytes a descriptor takes.</summary>
    public const int SizeBytes = 16;

    /// <summary>What it asks for; any other number is an unknown type.</summary>
    public InvalidationType Type => (InvalidationType)(Bits.Get(Low, 0, 4) | (Bits.Get(Low, 9, 3) << 4));

    /// <summary>The descriptor of a context-cache invalidation.</summary>
    public static InvalidationDescriptor Of(in ContextInvalidation request)
    {
        var low = (ulong)InvalidationType.ContextCache;
        low = Bits.With(low, 4, 2, (ulong)request.Granularity);
        low = Bits.With(low, 16, 16, request.Domain.Value);
        low = Bits.With(low, 32, 16, request.Source.Value);
        return new InvalidationDescriptor(Bits.With(low, 48, 2, (ulong)request.Mask), 0);
    }

    /// <summary>The descriptor of an IOTLB invalidation.</summary>
    public static InvalidationDescriptor Of(in IotlbInvalidation request)
    {
        var low = (ulong)InvalidationType.Iotlb;
        low = Bits.With(low, 4, 2, (ulong)request.Granularity);
        low = Bits.With(low, 6, 2, (ulong)request.Drain);
        low = Bits.With(low, 16, 16, request.Domain.Value);
        if (request.Granularity != IotlbGranularity.Page)
            return new InvalidationDescriptor(low, 0);
        var high = Bits.With((ulong)request.AddressMask, 6, 1, (ulong)request.Hint);
        return new InvalidationDescriptor(low, Bits.With(high, 12, 52, request.Page.Value >> 12));
    }

    /// <summary>The descriptor of an invalidation of interrupt entries.</summary>
    public static InvalidationDescriptor Of(in InterruptEntryInvalidation request)
    {
        var low = Bits.With((ulong)InvalidationType.InterruptEntryCache, 4, 1, (ulong)request.Granularity);
        low = Bits.With(low, 27, 5, (ulong)request.Mask);
        return new InvalidationDescriptor(Bits.With(low, 32, 16, request.Index), 0);
    }

    /// <summary>The descriptor of a wait.</summary>
    public static InvalidationDescriptor Of(in InvalidationWait request)
    {
        var low = Bits.With((ulong)InvalidationType.Wait, 4, 4, (ulong)request.Actions);
        return new InvalidationDescriptor(Bits.With(low, 32, 32, request.StatusData), request.StatusAddress.Value);
    }

    /// <summary>Reads a descriptor of type <see cref="InvalidationType.ContextCache"/>.</summary>
    public ContextInvalidation ToContextInvalidation() =>
        new((ContextGranularity)Bits.Get(Low, 4, 2), new DomainId((ushort)Bits.Get(Low, 16, 16)), new Bdf((ushort)Bits.Get(Low, 32, 16)),
            (FunctionMask)Bits.Get(Low, 48, 2));

    /// <summary>Reads a descriptor of type <see cref="InvalidationType.Iotlb"/>.</summary>
    public IotlbInvalidation ToIotlbInvalidation() =>
        new((IotlbGranularity)Bits.Get(Low, 4, 2), new DomainId((ushort)Bits.Get(Low, 16, 16)), new Iova(Bits.Get(High, 12, 52) << 12),
            (int)Bits.Get(High, 0, 6), (InvalidationHint)Bits.Get(High, 6, 1), (Drain)Bits.Get(Low, 6, 2));

    /// <summary>Reads a descriptor of type <see cref="InvalidationType.InterruptEntryCache"/>.</summary>
    public InterruptEntryInvalidation ToInterruptEntryInvalidation() =>
        new((InterruptEntryGranularity)Bits.Get(Low, 4, 1), (ushort)Bits.Get(Low, 32, 16), (int)Bits.Get(Low, 27, 5));

    /// <summary>Reads a descriptor of type <see cref="InvalidationType.Wait"/>.</summary>
    public InvalidationWait ToWait() =>
        new((WaitActions)Bits.Get(Low, 4, 4), new PhysAddr(Bits.Get(High, 2, 62) << 2), (uint)Bits.Get(Low, 32, 32));

    /// <summary>What is wrong with the descriptor's form on a unit in legacy mode; <see cref="QueueError.None"/> when nothing is.</summary>
    public QueueError CheckForm() => Type switch
    {
        InvalidationType.ContextCache => Check(Bits.Mask(6, 10) | Bits.Mask(50, 14), ulong.MaxValue, Granularities.Three),
        InvalidationType.Iotlb => Check(Bits.Mask(8, 8) | Bits.Mask(32, 32), Bits.Mask(7, 5), Granularities.Three),
        InvalidationType.DeviceTlb => Check(Bits.Mask(4, 8) | Bits.Mask(21, 11) | Bits.Mask(48, 4), Bits.Mask(1, 11), Granularities.Free),
        InvalidationType.InterruptEntryCache => Check(Bits.Mask(5, 22) | Bits.Mask(48, 16), ulong.MaxValue, Granularities.Free),
        InvalidationType.Wait => Check(Bits.Mask(8, 24), Bits.Mask(0, 2), Granularities.Free),
        _ => QueueError.BadType,
    };

    // Granularity 0 is a reserved encoding where the field names one of three granularities.
    private QueueError Check(ulong reservedLow, ulong reservedHigh, Granularities granularities)
    {
        if ((Low & reservedLow) != 0 || (High & reservedHigh) != 0)
            return QueueError.ReservedField;
        return granularities == Granularities.Three && Bits.Get(Low, 4, 2) == 0 ? QueueError.ReservedField : QueueError.None;
    }

    private enum Granularities
    {
        Free,
        Three,
    }
}
