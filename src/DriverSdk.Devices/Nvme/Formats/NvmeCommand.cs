using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Devices.Nvme.Formats;

/// <summary>A submission queue entry: 64 bytes, little endian (NVMe 1.4 common command format; Linux <c>struct nvme_common_command</c>).</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct NvmeCommand
{
    /// <summary>What to do: an <see cref="AdminOpcode"/> or an <see cref="NvmOpcode"/>.</summary>
    public byte Opcode;

    /// <summary>Fused operation in bits 1:0, PRP or SGL in bits 7:6. This controller takes zero only.</summary>
    public byte Flags;

    /// <summary>The driver's name for the command; unique among the queue's outstanding commands.</summary>
    public ushort CommandId;

    /// <summary>The namespace, 0 where none is meant, 0xffffffff for all.</summary>
    public uint NamespaceId;

    /// <summary>Command dword 2.</summary>
    public uint Dword2;

    /// <summary>Command dword 3.</summary>
    public uint Dword3;

    /// <summary>Metadata pointer; this controller's formats have no metadata.</summary>
    public Iova MetadataPointer;

    /// <summary>First PRP: a page and an offset in it.</summary>
    public Iova Prp1;

    /// <summary>Second PRP: a page, or a list of pages.</summary>
    public Iova Prp2;

    /// <summary>Command dword 10.</summary>
    public uint Dword10;

    /// <summary>Command dword 11.</summary>
    public uint Dword11;

    /// <summary>Command dword 12.</summary>
    public uint Dword12;

    /// <summary>Command dword 13.</summary>
    public uint Dword13;

    /// <summary>Command dword 14.</summary>
    public uint Dword14;

    /// <summary>Command dword 15.</summary>
    public uint Dword15;

    /// <summary>First block of a Read, Write, Compare or Write Zeroes: dwords 10 and 11.</summary>
    public readonly ulong StartBlock => Dword10 | ((ulong)Dword11 << 32);

    /// <summary>Blocks of a Read, Write, Compare or Write Zeroes, 1 to 65536; dword 12 holds one less.</summary>
    public readonly uint BlockCount => (Dword12 & 0xffff) + 1;

    /// <summary>Whether a Write must be durable before it completes (dword 12 bit 30).</summary>
    public readonly bool ForceUnitAccess => (Dword12 & (1u << 30)) != 0;
}
