namespace NvmeDisk.Driver;

/// <summary>What the driver reads of a 16-byte completion queue entry.</summary>
/// <param name="Result">Dword 0, the command's own result.</param>
/// <param name="SubmissionHead">How far the controller has read the submission queue.</param>
/// <param name="CommandId">The command that ended.</param>
/// <param name="Status">How it ended.</param>
internal readonly record struct NvmeCompletion(uint Result, ushort SubmissionHead, ushort CommandId, NvmeStatus Status)
{
    public const int SizeBytes = 16;
}
