namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Status code type (bits 10:8) and status code (bits 7:0) of a completion, as Linux's <c>NVME_SC_*</c> join them.</summary>
/// <remarks>Each value's meaning and retry rule stand in <see cref="NvmeStatusTable"/>.</remarks>
public enum NvmeStatusCode : ushort
{
#pragma warning disable CS1591 // the meaning of every value is one row of NvmeStatusTable, and only there
    Success = 0x000,
    InvalidOpcode = 0x001,
    InvalidField = 0x002,
    CommandIdConflict = 0x003,
    DataTransferError = 0x004,
    InternalError = 0x006,
    AbortRequested = 0x007,
    AbortedByQueueDeletion = 0x008,
    InvalidNamespace = 0x00b,
    CommandSequenceError = 0x00c,
    PrpOffsetInvalid = 0x013,
    NamespaceWriteProtected = 0x020,
    LbaOutOfRange = 0x080,
    CompletionQueueInvalid = 0x100,
    InvalidQueueIdentifier = 0x101,
    InvalidQueueSize = 0x102,
    AbortLimitExceeded = 0x103,
    AsynchronousEventLimitExceeded = 0x105,
    InvalidInterruptVector = 0x108,
    InvalidLogPage = 0x109,
    InvalidQueueDeletion = 0x10c,
    FeatureNotSaveable = 0x10d,
    FeatureNotChangeable = 0x10e,
    WriteFault = 0x280,
    UnrecoveredReadError = 0x281,
    CompareFailure = 0x285,
#pragma warning restore CS1591
}
