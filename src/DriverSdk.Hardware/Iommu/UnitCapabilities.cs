using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The capability registers that follow from a unit's options, and the fixed places of its movable registers.</summary>
internal static class UnitCapabilities
{
    /// <summary>Where this unit puts its IOTLB registers, in bytes.</summary>
    public const ulong IotlbRegistersOffset = 0xf0;

    /// <summary>Where this unit puts its fault records, in bytes.</summary>
    public const ulong FaultRecordsOffset = 0x220;

    /// <summary>Greatest mask of an invalidation of interrupt entries: half of the greatest table.</summary>
    public const int MaxHandleMask = 15;

    /// <summary>VER: architecture 6.0, as current hardware reports.</summary>
    public static VersionRegister Version => new() { Major = 6 };

    /// <summary>CAP.</summary>
    public static Capability CapabilityOf(RemappingUnitOptions options) => new()
    {
        DomainCount = options.DomainCount,
        ProtectedLowRegion = options.ProtectedLowRegion,
        ProtectedHighRegion = options.ProtectedHighRegion,
        CachingMode = options.CachingMode,
        SupportedDepths = DepthsOf(options.AddressWidth),
        MaxGuestAddressWidth = options.AddressWidth,
        ZeroLengthRead = options.ZeroLengthRead,
        FaultRecordsOffset = FaultRecordsOffset,
        LargePages = options.LargePages,
        PageSelectiveInvalidation = options.PageSelectiveInvalidation,
        FaultRecordCount = options.FaultRecordCount,
        MaxAddressMask = options.PageSelectiveInvalidation ? options.MaxAddressMask : 0,
        DrainsWrites = options.DrainsWrites,
        DrainsReads = options.DrainsReads,
    };

    /// <summary>ECAP.</summary>
    public static ExtendedCapability ExtendedCapabilityOf(RemappingUnitOptions options) => new()
    {
        CoherentWalks = options.Coherency == TableCoherency.Coherent,
        QueuedInvalidation = true,
        DeviceTlb = options.DeviceTlb,
        InterruptRemapping = options.InterruptRemapping,
        ExtendedInterruptMode = options.ExtendedInterruptMode,
        MaxHandleMask = options.InterruptRemapping ? MaxHandleMask : 0,
        PassThrough = options.PassThrough,
        SnoopControl = options.SnoopControl,
        AbortDmaMode = true,
        IotlbRegistersOffset = IotlbRegistersOffset,
    };

    private static TableDepths DepthsOf(int addressWidth) => addressWidth switch
    {
        39 => TableDepths.ThreeLevels,
        48 => TableDepths.ThreeLevels | TableDepths.FourLevels,
        _ => TableDepths.ThreeLevels | TableDepths.FourLevels | TableDepths.FiveLevels,
    };
}
