using DriverSdk.Contract.Faults;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>Which test raises each fault reason on a unit in legacy mode, or why none can.</summary>
internal static class FaultCoverage
{
    private const string Scalable = "The unit offers no scalable mode, and RTADDR asking for it ends every request with reason 0x30.";
    private const string Posted = "CAP.PI is 0: an entry that asks for posting has a reserved bit set, which is reason 0x24.";

    public static IReadOnlyList<(FaultReason Reason, Evidence Evidence)> All { get; } =
    [
        (FaultReason.RootEntryNotPresent, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.RootEntryNotPresent_IsReported))),
        (FaultReason.ContextEntryNotPresent, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ContextEntryNotPresent_IsReported))),
        (FaultReason.ContextEntryInvalid, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ContextEntryInvalid_IsReportedForTypesAndDepthsNotOffered))),
        (FaultReason.AddressBeyondWidth, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.AddressBeyondWidth_IsReportedForTheTablesWidth))),
        (FaultReason.WriteDenied, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.WriteDenied_IsReportedWhicheverLevelDenies))),
        (FaultReason.ReadDenied, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ReadDenied_IsReportedWhicheverLevelDenies))),
        (FaultReason.PagingEntryUnreadable, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.PagingEntryUnreadable_IsReportedForATableOutsideRam))),
        (FaultReason.RootEntryUnreadable, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.RootEntryUnreadable_IsReportedForARootTableOutsideRam))),
        (FaultReason.ContextEntryUnreadable, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ContextEntryUnreadable_IsReportedForAContextTableOutsideRam))),
        (FaultReason.RootEntryReserved, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.RootEntryReserved_IsReported))),
        (FaultReason.ContextEntryReserved, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ContextEntryReserved_IsReported))),
        (FaultReason.PagingEntryReserved, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.PagingEntryReserved_IsReported))),
        (FaultReason.BlockedByTranslationType, Evidence.In<RequestKindTests>(nameof(RequestKindTests.ATranslatedRequest_IsBlocked_WhereTheContextAdmitsNone))),
        (FaultReason.ResultInInterruptRange, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.ResultInInterruptRange_IsReported))),
        (FaultReason.InterruptRequestReserved, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.AMessage_IsRefused_ForReservedDataBesideASubHandle))),
        (FaultReason.InterruptIndexBeyondTable, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.AMessage_IsRefused_ForAnIndexBeyondTheTable))),
        (FaultReason.InterruptEntryNotPresent, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.AMessage_IsRefused_ForAnEntryThatIsNotPresent))),
        (FaultReason.InterruptEntryUnreadable, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.AMessage_IsRefused_ForATableOutsideRam))),
        (FaultReason.InterruptEntryReserved, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.AMessage_IsRefused_ForReservedBitsOfItsEntry))),
        (FaultReason.CompatibilityInterruptBlocked,
            Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.CompatibilityMessages_AreBlocked_UnlessCfiLetsThemPass))),
        (FaultReason.InterruptSourceDenied, Evidence.In<InterruptRemappingTests>(nameof(InterruptRemappingTests.ARequester_IsCheckedAsTheEntrySays))),
        (FaultReason.PostedDescriptorUnreadable, Evidence.Unreachable(Posted)),
        (FaultReason.PostedDescriptorReserved, Evidence.Unreachable(Posted)),
        (FaultReason.UntranslatedInterruptInvalid, Evidence.In<RemappedDeviceTests>(nameof(RemappedDeviceTests.AWriteThatIsNoMessage_IsRefusedAndWrittenDown))),
        (FaultReason.TableModeInvalid, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.TableModeInvalid_IsReported))),
        (FaultReason.PasidRequestInLegacyMode, Evidence.In<RequestKindTests>(nameof(RequestKindTests.ARequestWithAPasid_IsRefusedInLegacyMode))),
        (FaultReason.PageRequestInLegacyMode, Evidence.Unreachable("Devices have no way to make a page request: the bus does not carry them.")),
        (FaultReason.DmaAborted, Evidence.In<FaultReasonTests>(nameof(FaultReasonTests.DmaAborted_IsReported_EvenWhenTheTranslationIsCached))),
        .. FaultSpec.All.Where(spec => spec.Reason > FaultReason.DmaAborted).Select(spec => (spec.Reason, Evidence.Unreachable(Scalable))),
    ];
}
