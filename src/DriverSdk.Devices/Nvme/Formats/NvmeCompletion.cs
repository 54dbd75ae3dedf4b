using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>A completion queue entry: 16 bytes, little endian (NVMe 1.4; Linux <c>struct nvme_completion</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NvmeCompletion
{
    /// <summary>Dword 0: the command's result, if it has one.</summary>
    public uint Result;

    /// <summary>Dword 1: reserved.</summary>
    public uint Dword1;

    /// <summary>How far the controller has fetched the submission queue: these entries may be used again.</summary>
    public ushort SubmissionQueueHead;

    /// <summary>The submission queue of the command.</summary>
    public ushort SubmissionQueueId;

    /// <summary>The command's id.</summary>
    public ushort CommandId;

    /// <summary>Phase tag in bit 0, status field in bits 15:1.</summary>
    public ushort StatusAndPhase;

    /// <summary>The status field.</summary>
    public readonly NvmeStatus Status => new((ushort)(StatusAndPhase >> 1));

    /// <summary>The phase tag, 0 or 1: it differs from its last value in this slot once the entry is new.</summary>
    public readonly int Phase => StatusAndPhase & 1;
}
