using DriverSdk.Contract.Invalidation;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>Which test shows each descriptor type at each granularity on a unit in legacy mode, and each way a queue stops, or why none can.</summary>
internal static class InvalidationCoverage
{
    private const string ScalableOnly = "Scalable mode only: legacy mode stops the queue with IQEI 3, which ABadDescriptor_StopsTheQueueWithTheHeadOnIt shows.";
    private const string NoAnswers = "Device-TLB invalidations do not go out to devices yet, so none can answer wrongly or be late.";

    /// <summary>Descriptor type, then the granularity by the value of its field; null where the type has none.</summary>
    public static IReadOnlyList<(InvalidationType Type, int? Granularity, Evidence Evidence)> Descriptors { get; } =
    [
        (InvalidationType.ContextCache, 0, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.ABadDescriptor_StopsTheQueueWithTheHeadOnIt))),
        (InvalidationType.ContextCache, 1, Evidence.In<ContextCacheTests>(nameof(ContextCacheTests.AChangedContextEntry_IsUsedOnlyAfterTheInvalidation))),
        (InvalidationType.ContextCache, 2, Evidence.In<ContextCacheTests>(nameof(ContextCacheTests.ADomainInvalidation_DropsTheContextsOfThatDomainOnly))),
        (InvalidationType.ContextCache, 3, Evidence.In<ContextCacheTests>(nameof(ContextCacheTests.ADeviceInvalidation_DropsTheFunctionsThatTheMaskSelects))),
        (InvalidationType.Iotlb, 0, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.ABadDescriptor_StopsTheQueueWithTheHeadOnIt))),
        (InvalidationType.Iotlb, 1, Evidence.In<StaleUntilInvalidatedTests>(nameof(StaleUntilInvalidatedTests.AGlobalInvalidation_DropsEveryDomain))),
        (InvalidationType.Iotlb, 2, Evidence.In<StaleUntilInvalidatedTests>(nameof(StaleUntilInvalidatedTests.ADomainInvalidation_DropsThatDomainOnly))),
        (InvalidationType.Iotlb, 3, Evidence.In<StaleUntilInvalidatedTests>(nameof(StaleUntilInvalidatedTests.APageInvalidation_DropsItsNaturallyAlignedRange))),
        (InvalidationType.DeviceTlb, null, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.WellFormedDescriptorsWithoutWork_AreTaken))),
        (InvalidationType.InterruptEntryCache, 0, Evidence.In<InterruptEntryCacheTests>(nameof(InterruptEntryCacheTests.ARemovedEntry_GoesOnWorkingUntilTheInvalidation))),
        (InvalidationType.InterruptEntryCache, 1, Evidence.In<InterruptEntryCacheTests>(nameof(InterruptEntryCacheTests.AnInvalidationByIndex_DropsTheAlignedGroup))),
        (InvalidationType.Wait, null, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.AWait_DoesBoth))),
        (InvalidationType.PasidIotlb, 2, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PasidIotlb, 3, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PasidCache, 0, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PasidCache, 1, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PasidCache, 3, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PasidDeviceTlb, null, Evidence.Unreachable(ScalableOnly)),
        (InvalidationType.PageGroupResponse, null, Evidence.Unreachable(ScalableOnly)),
    ];

    /// <summary>IQERCD.IQEI.</summary>
    public static IReadOnlyList<(QueueError Error, Evidence Evidence)> Errors { get; } =
    [
        (QueueError.BadTail, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.ATailOutsideTheQueue_IsAnError))),
        (QueueError.FetchFailed, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.AQueueOutsideRam_CannotBeFetched))),
        (QueueError.BadType, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.ABadDescriptor_StopsTheQueueWithTheHeadOnIt))),
        (QueueError.ReservedField, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.ABadDescriptor_StopsTheQueueWithTheHeadOnIt))),
        (QueueError.BadWidth, Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.WideDescriptors_AreRefusedInLegacyMode))),
        (QueueError.TailMisaligned, Evidence.Unreachable("Only a queue of 256-bit descriptors has tails between two descriptors, and in legacy mode such a queue stops with IQEI 5 first.")),
        (QueueError.BadTableMode, Evidence.In<QueueRuleTests>(nameof(QueueRuleTests.ATableModeThatDoesNotExist_StopsTheQueue))),
    ];

    /// <summary>The error bits of FSTS.</summary>
    public static IReadOnlyList<(string Bit, Evidence Evidence)> StatusBits { get; } =
    [
        ("PFO", Evidence.In<FaultLogTests>(nameof(FaultLogTests.ASecondRequester_OverflowsOneRecord_AndTheFirstFaultIsKept))),
        ("PPF", Evidence.In<FaultLogTests>(nameof(FaultLogTests.PendingStatus_IsTheOrOfAllRecords_AndCannotBeWritten))),
        ("IQE", Evidence.In<InvalidationQueueTests>(nameof(InvalidationQueueTests.AQueueError_RaisesTheFaultEvent))),
        ("ICE", Evidence.Unreachable(NoAnswers)),
        ("ITE", Evidence.Unreachable(NoAnswers)),
    ];
}
