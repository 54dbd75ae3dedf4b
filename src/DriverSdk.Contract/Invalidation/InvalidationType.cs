namespace DriverSdk.Contract.Invalidation;

/// <summary>What a queue descriptor asks for; bits 11:9 of the descriptor are bits 6:4 here. Source: facts/vtd.md 5.</summary>
internal enum InvalidationType
{
    /// <summary>Context cache: <see cref="ContextInvalidation"/>.</summary>
    ContextCache = 1,

    /// <summary>IOTLB: <see cref="IotlbInvalidation"/>.</summary>
    Iotlb = 2,

    /// <summary>A device's own translation cache.</summary>
    DeviceTlb = 3,

    /// <summary>Interrupt entry cache: <see cref="InterruptEntryInvalidation"/>.</summary>
    InterruptEntryCache = 4,

    /// <summary>Wait: <see cref="InvalidationWait"/>.</summary>
    Wait = 5,

    /// <summary>IOTLB by PASID; scalable mode only.</summary>
    PasidIotlb = 6,

    /// <summary>PASID cache; scalable mode only.</summary>
    PasidCache = 7,

    /// <summary>A device's translation cache by PASID; scalable mode only.</summary>
    PasidDeviceTlb = 8,

    /// <summary>Answer to a group of page requests; scalable mode only.</summary>
    PageGroupResponse = 9,
}
