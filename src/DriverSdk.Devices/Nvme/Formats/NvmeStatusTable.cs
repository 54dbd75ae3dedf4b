using System.Collections.Frozen;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>Every status this controller returns, one row per status. Source: NVMe 1.4 status code tables; Linux <c>NVME_SC_*</c>.</summary>
public static class NvmeStatusTable
{
    /// <summary>The rows, ordered by code.</summary>
    public static IReadOnlyList<NvmeStatusRow> All { get; } =
    [
        new(NvmeStatusCode.Success,                        NvmeRetry.Allowed, "the command succeeded"),
        new(NvmeStatusCode.InvalidOpcode,                  NvmeRetry.Never,   "the opcode is unknown in this queue"),
        new(NvmeStatusCode.InvalidField,                   NvmeRetry.Never,   "a field of the command has a value that is not allowed"),
        new(NvmeStatusCode.CommandIdConflict,              NvmeRetry.Never,   "another outstanding command of the queue has the same id"),
        new(NvmeStatusCode.DataTransferError,              NvmeRetry.Allowed, "the device could not reach the data or the PRP list"),
        new(NvmeStatusCode.AbortRequested,                 NvmeRetry.Allowed, "an Abort command removed the command"),
        new(NvmeStatusCode.AbortedByQueueDeletion,         NvmeRetry.Allowed, "the command's submission queue was deleted"),
        new(NvmeStatusCode.InvalidNamespace,               NvmeRetry.Never,   "the namespace id names no namespace here"),
        new(NvmeStatusCode.CommandSequenceError,           NvmeRetry.Never,   "the command came too late or too early"),
        new(NvmeStatusCode.PrpOffsetInvalid,               NvmeRetry.Never,   "a PRP has an offset where none is allowed"),
        new(NvmeStatusCode.NamespaceWriteProtected,        NvmeRetry.Never,   "the namespace is read-only"),
        new(NvmeStatusCode.LbaOutOfRange,                  NvmeRetry.Never,   "the blocks reach past the end of the namespace"),
        new(NvmeStatusCode.CompletionQueueInvalid,         NvmeRetry.Never,   "the completion queue does not exist"),
        new(NvmeStatusCode.InvalidQueueIdentifier,         NvmeRetry.Never,   "the queue id is zero, too large, in use or unknown"),
        new(NvmeStatusCode.InvalidQueueSize,               NvmeRetry.Never,   "the queue has fewer than two or too many entries, or its entry size is not set in CC"),
        new(NvmeStatusCode.AsynchronousEventLimitExceeded, NvmeRetry.Never,   "more Asynchronous Event Requests are outstanding than the controller takes"),
        new(NvmeStatusCode.InvalidInterruptVector,         NvmeRetry.Never,   "the interrupt vector does not exist"),
        new(NvmeStatusCode.InvalidLogPage,                 NvmeRetry.Never,   "the log page does not exist"),
        new(NvmeStatusCode.InvalidQueueDeletion,           NvmeRetry.Never,   "submission queues still use the completion queue"),
        new(NvmeStatusCode.FeatureNotSaveable,             NvmeRetry.Never,   "the feature cannot be saved"),
        new(NvmeStatusCode.WriteFault,                     NvmeRetry.Allowed, "the medium did not take the data"),
        new(NvmeStatusCode.UnrecoveredReadError,           NvmeRetry.Allowed, "the medium did not give the data"),
        new(NvmeStatusCode.CompareFailure,                 NvmeRetry.Never,   "memory and medium differ"),
    ];

    private static readonly FrozenDictionary<NvmeStatusCode, NvmeStatusRow> ByCode = All.ToFrozenDictionary(row => row.Code);

    /// <summary>The row of a status, or null for a code that this controller never returns.</summary>
    public static NvmeStatusRow? Find(NvmeStatusCode code) => ByCode.GetValueOrDefault(code);
}
