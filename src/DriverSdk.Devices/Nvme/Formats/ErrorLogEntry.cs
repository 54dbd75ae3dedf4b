using System.Runtime.InteropServices;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>One entry of the Error Information log: 64 bytes (Linux <c>struct nvme_error_slot</c> of nvme-cli; NVMe 1.4).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public unsafe struct ErrorLogEntry
{
    /// <summary>Number of this error since power on, from 1; 0 marks an empty entry.</summary>
    public ulong ErrorCount;

    /// <summary>Submission queue of the command; 0xffff when the error belongs to no command.</summary>
    public ushort SubmissionQueueId;

    /// <summary>The command's id; 0xffff when the error belongs to no command.</summary>
    public ushort CommandId;

    /// <summary>Phase tag in bit 0, status field in bits 15:1, as in the completion.</summary>
    public ushort StatusAndPhase;

    /// <summary>Byte in bits 7:0 and bit in 10:8 of the parameter at fault; 0xffff where none is.</summary>
    public ushort ParameterLocation;

    /// <summary>First block of the command.</summary>
    public ulong StartBlock;

    /// <summary>Namespace of the command.</summary>
    public uint NamespaceId;

    /// <summary>Vendor log, transport, command specific information, reserved.</summary>
    public fixed byte NotReported28[36];
}
