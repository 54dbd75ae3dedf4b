namespace DriverSdk.Contract.Faults;

/// <summary>Why the remapping unit refused a request; the values are those of a fault record. <see cref="FaultSpec.All"/> says what is known of each.</summary>
/// <remarks>Source: facts/vtd.md 6.</remarks>
public enum FaultReason : byte
{
    /// <summary>No fault.</summary>
    None = 0x00,

    /// <summary>The root entry of the requester's bus is not present.</summary>
    RootEntryNotPresent = 0x01,

    /// <summary>The requester's context entry is not present.</summary>
    ContextEntryNotPresent = 0x02,

    /// <summary>The context entry names a translation type or table depth that the unit does not have.</summary>
    ContextEntryInvalid = 0x03,

    /// <summary>The address lies beyond what the unit or the domain's table can translate.</summary>
    AddressBeyondWidth = 0x04,

    /// <summary>A level of the walk does not allow writing.</summary>
    WriteDenied = 0x05,

    /// <summary>A level of the walk does not allow reading.</summary>
    ReadDenied = 0x06,

    /// <summary>A page-table entry could not be read from memory.</summary>
    PagingEntryUnreadable = 0x07,

    /// <summary>The root entry could not be read from memory.</summary>
    RootEntryUnreadable = 0x08,

    /// <summary>The context entry could not be read from memory.</summary>
    ContextEntryUnreadable = 0x09,

    /// <summary>A reserved bit is set in the root entry.</summary>
    RootEntryReserved = 0x0a,

    /// <summary>A reserved bit is set in the context entry.</summary>
    ContextEntryReserved = 0x0b,

    /// <summary>A reserved bit is set in a page-table entry.</summary>
    PagingEntryReserved = 0x0c,

    /// <summary>The context entry's translation type does not admit this kind of request.</summary>
    BlockedByTranslationType = 0x0d,

    /// <summary>The translated address lies in the interrupt range.</summary>
    ResultInInterruptRange = 0x0e,

    /// <summary>A reserved field is set in a remappable interrupt request.</summary>
    InterruptRequestReserved = 0x20,

    /// <summary>The interrupt index lies beyond the interrupt table.</summary>
    InterruptIndexBeyondTable = 0x21,

    /// <summary>The interrupt entry is not present.</summary>
    InterruptEntryNotPresent = 0x22,

    /// <summary>The interrupt entry could not be read from memory.</summary>
    InterruptEntryUnreadable = 0x23,

    /// <summary>A reserved field is set in the interrupt entry.</summary>
    InterruptEntryReserved = 0x24,

    /// <summary>A compatibility-format interrupt was blocked.</summary>
    CompatibilityInterruptBlocked = 0x25,

    /// <summary>The interrupt entry belongs to another requester.</summary>
    InterruptSourceDenied = 0x26,

    /// <summary>The posted-interrupt descriptor could not be read or written.</summary>
    PostedDescriptorUnreadable = 0x27,

    /// <summary>A reserved field is set in the posted-interrupt descriptor.</summary>
    PostedDescriptorReserved = 0x28,

    /// <summary>An untranslated interrupt request has an invalid form.</summary>
    UntranslatedInterruptInvalid = 0x29,

    /// <summary>RTADDR names a table mode that does not exist or is not supported.</summary>
    TableModeInvalid = 0x30,

    /// <summary>A request with PASID arrived in legacy mode.</summary>
    PasidRequestInLegacyMode = 0x31,

    /// <summary>A page request arrived in legacy mode.</summary>
    PageRequestInLegacyMode = 0x32,

    /// <summary>RTADDR says to abort all DMA.</summary>
    DmaAborted = 0x33,

    /// <summary>The scalable-mode root entry could not be read from memory.</summary>
    ScalableRootEntryUnreadable = 0x38,

    /// <summary>The half of the scalable-mode root entry for this requester is not present.</summary>
    ScalableRootEntryNotPresent = 0x39,

    /// <summary>A reserved bit is set in the scalable-mode root entry.</summary>
    ScalableRootEntryReserved = 0x3a,

    /// <summary>The scalable-mode context entry could not be read from memory.</summary>
    ScalableContextEntryUnreadable = 0x40,

    /// <summary>The scalable-mode context entry is not present.</summary>
    ScalableContextEntryNotPresent = 0x41,

    /// <summary>A reserved bit is set in the scalable-mode context entry.</summary>
    ScalableContextEntryReserved = 0x42,

    /// <summary>The scalable-mode context entry names something the unit does not have.</summary>
    ScalableContextEntryInvalid = 0x43,

    /// <summary>A translation or translated request arrived where DTE is off.</summary>
    DeviceTlbDisabled = 0x44,

    /// <summary>A request with PASID arrived where PASIDE is off.</summary>
    PasidDisabled = 0x45,

    /// <summary>The PASID lies beyond the PASID directory.</summary>
    PasidBeyondDirectory = 0x46,

    /// <summary>A page request arrived where PRE is off.</summary>
    PageRequestDisabled = 0x47,

    /// <summary>RID_PASID is not valid.</summary>
    RequesterPasidInvalid = 0x48,

    /// <summary>The PASID directory entry could not be read from memory.</summary>
    PasidDirectoryUnreadable = 0x50,

    /// <summary>The PASID directory entry is not present.</summary>
    PasidDirectoryNotPresent = 0x51,

    /// <summary>A reserved bit is set in the PASID directory entry.</summary>
    PasidDirectoryReserved = 0x52,

    /// <summary>The PASID table entry could not be read from memory.</summary>
    PasidEntryUnreadable = 0x58,

    /// <summary>The PASID table entry is not present.</summary>
    PasidEntryNotPresent = 0x59,

    /// <summary>A reserved bit is set in the PASID table entry.</summary>
    PasidEntryReserved = 0x5a,

    /// <summary>The PASID table entry names something the unit does not have.</summary>
    PasidEntryInvalid = 0x5b,

    /// <summary>An execute request arrived where ERE is off.</summary>
    ExecuteRequestDisabled = 0x5c,

    /// <summary>A supervisor request arrived where SRE is off.</summary>
    SupervisorRequestDisabled = 0x5d,

    /// <summary>A first-stage entry could not be read from memory.</summary>
    FirstStageEntryUnreadable = 0x70,

    /// <summary>A first-stage entry is not present.</summary>
    FirstStageEntryNotPresent = 0x71,

    /// <summary>A reserved bit is set in a first-stage entry.</summary>
    FirstStageEntryReserved = 0x72,

    /// <summary>The first-stage table itself could not be read from memory.</summary>
    FirstStagePointerUnreadable = 0x73,

    /// <summary>A first-stage table lies beyond the second stage's width.</summary>
    NestedTableBeyondWidth = 0x74,

    /// <summary>The second stage does not allow reading the first-stage table itself.</summary>
    NestedRootReadDenied = 0x75,

    /// <summary>The second stage does not allow reading a first-stage table.</summary>
    NestedReadDenied = 0x76,

    /// <summary>The second stage does not allow updating a first-stage table.</summary>
    NestedWriteDenied = 0x77,

    /// <summary>A second-stage entry could not be read from memory.</summary>
    SecondStageEntryUnreadable = 0x78,

    /// <summary>A second-stage entry allows neither reading nor writing.</summary>
    SecondStageEntryNotPresent = 0x79,

    /// <summary>A reserved bit is set in a second-stage entry.</summary>
    SecondStageEntryReserved = 0x7a,

    /// <summary>The second-stage table itself could not be read from memory.</summary>
    SecondStagePointerUnreadable = 0x7b,

    /// <summary>An accessed or dirty bit is due in a second-stage entry but the walk is not snooped.</summary>
    SecondStageUpdateNotSnooped = 0x7c,

    /// <summary>The locked update of a second-stage entry failed.</summary>
    SecondStageUpdateFailed = 0x7d,

    /// <summary>The address is not canonical.</summary>
    AddressNotCanonical = 0x80,

    /// <summary>A user request touched a supervisor page.</summary>
    UserAccessDenied = 0x81,

    /// <summary>An execute request touched a page that must not be executed.</summary>
    ExecuteDenied = 0x82,

    /// <summary>The address lies beyond the physical address width.</summary>
    AddressBeyondHostWidth = 0x83,

    /// <summary>The address lies beyond the second stage's width.</summary>
    AddressBeyondSecondStage = 0x84,

    /// <summary>The tables do not allow writing.</summary>
    ScalableWriteDenied = 0x85,

    /// <summary>The tables do not allow reading.</summary>
    ScalableReadDenied = 0x86,

    /// <summary>The translated address lies in the interrupt range.</summary>
    ScalableResultInInterruptRange = 0x87,

    /// <summary>Facts/vtd.md knows this code by its mnemonic only.</summary>
    ScalableGeneral9 = 0x88,

    /// <summary>Facts/vtd.md knows this code by its mnemonic only.</summary>
    ScalableGeneral10 = 0x89,

    /// <summary>An accessed or dirty bit is due in a first-stage entry but the walk is not snooped.</summary>
    FirstStageUpdateNotSnooped = 0x90,

    /// <summary>The locked update of a first-stage entry failed.</summary>
    FirstStageUpdateFailed = 0x91,
}
