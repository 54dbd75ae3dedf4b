namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Status code type (bits 10:8) and status code (bits 7:0) of a completion, as Linux's <c>NVME_SC_*</c> join them.</summary>
/// <remarks>Each value's meaning and retry rule stand in <see cref="NvmeStatusTable"/>.</remarks>
public enum NvmeStatusCode : ushort
{
    /// <summary>The standard's Successful Completion.</summary>
    Success = 0x000,

    /// <summary>The standard's Invalid Command Opcode.</summary>
    InvalidOpcode = 0x001,

    /// <summary>The standard's Invalid Field in Command.</summary>
    InvalidField = 0x002,

    /// <summary>The standard's Command ID Conflict.</summary>
    CommandIdConflict = 0x003,

    /// <summary>The standard's Data Transfer Error.</summary>
    DataTransferError = 0x004,

    /// <summary>The standard's Command Abort Requested.</summary>
    AbortRequested = 0x007,

    /// <summary>The standard's Command Aborted due to SQ Deletion.</summary>
    AbortedByQueueDeletion = 0x008,

    /// <summary>The standard's Invalid Namespace or Format.</summary>
    InvalidNamespace = 0x00b,

    /// <summary>The standard's Command Sequence Error.</summary>
    CommandSequenceError = 0x00c,

    /// <summary>The standard's PRP Offset Invalid.</summary>
    PrpOffsetInvalid = 0x013,

    /// <summary>The standard's Namespace is Write Protected.</summary>
    NamespaceWriteProtected = 0x020,

    /// <summary>The standard's LBA Out of Range.</summary>
    LbaOutOfRange = 0x080,

    /// <summary>The standard's Completion Queue Invalid.</summary>
    CompletionQueueInvalid = 0x100,

    /// <summary>The standard's Invalid Queue Identifier.</summary>
    InvalidQueueIdentifier = 0x101,

    /// <summary>The standard's Invalid Queue Size.</summary>
    InvalidQueueSize = 0x102,

    /// <summary>The standard's Asynchronous Event Request Limit Exceeded.</summary>
    AsynchronousEventLimitExceeded = 0x105,

    /// <summary>The standard's Invalid Interrupt Vector.</summary>
    InvalidInterruptVector = 0x108,

    /// <summary>The standard's Invalid Log Page.</summary>
    InvalidLogPage = 0x109,

    /// <summary>The standard's Invalid Queue Deletion.</summary>
    InvalidQueueDeletion = 0x10c,

    /// <summary>The standard's Feature Identifier Not Saveable.</summary>
    FeatureNotSaveable = 0x10d,

    /// <summary>The standard's Write Fault.</summary>
    WriteFault = 0x280,

    /// <summary>The standard's Unrecovered Read Error.</summary>
    UnrecoveredReadError = 0x281,

    /// <summary>The standard's Compare Failure.</summary>
    CompareFailure = 0x285,
}
