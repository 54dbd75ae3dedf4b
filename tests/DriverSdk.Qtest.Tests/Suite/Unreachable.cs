using DriverSdk.Contract.Faults;

namespace DriverSdk.Qtest.Tests.Suite;

/// <summary>What no scenario shows, and why: the other half of the completeness tests.</summary>
internal static class Unreachable
{
    private const string NoPosting = "posted interrupts are modelled by neither machine";
    private const string NoDeviceTlb = "edu sends no translation requests and no translated ones";
    private const string NoScalableMode = "scalable-mode tables: no legacy-mode unit reads them";
    private const string NoPasid = "edu sends no requests with a PASID";

    /// <summary>Fault reasons without a scenario.</summary>
    public static IReadOnlyDictionary<FaultReason, string> Faults { get; } = MakeFaults();

    /// <summary>Invalidations without a scenario.</summary>
    public static IReadOnlyDictionary<InvalidationCell, string> Cells { get; } = new Dictionary<InvalidationCell, string>
    {
        [InvalidationCell.WaitWithPageDrain] = "no page requests exist in legacy mode",
        [InvalidationCell.PasidDeviceTlbGlobal] = "a legacy-mode unit refuses the descriptor before it looks at its granularity",
    };

    private static Dictionary<FaultReason, string> MakeFaults()
    {
        var reasons = new Dictionary<FaultReason, string>
        {
            [FaultReason.None] = "it is no fault",
            [FaultReason.BlockedByTranslationType] = NoDeviceTlb,
            [FaultReason.PostedDescriptorUnreadable] = NoPosting,
            [FaultReason.PostedDescriptorReserved] = NoPosting,
            [FaultReason.UntranslatedInterruptInvalid] = NoDeviceTlb,
            [FaultReason.PasidRequestInLegacyMode] = NoPasid,
            [FaultReason.PageRequestInLegacyMode] = NoDeviceTlb,
        };
        foreach (var reason in Enum.GetValues<FaultReason>().Where(reason => reason >= FaultReason.ScalableRootEntryUnreadable))
            reasons[reason] = NoScalableMode;
        return reasons;
    }
}
