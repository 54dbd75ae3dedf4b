using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NvmeDisk.Driver;

/// <summary>A 64-byte submission queue entry, in the field order of the common command format.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = SizeBytes)]
internal struct NvmeCommand
{
    public const int SizeBytes = 64;

    public byte Opcode;
    public byte Flags;
    public ushort CommandId;
    public uint NamespaceId;
    public ulong Reserved;
    public ulong MetadataPointer;
    public ulong Prp1;
    public ulong Prp2;
    public uint Dword10;
    public uint Dword11;
    public uint Dword12;
    public uint Dword13;
    public uint Dword14;
    public uint Dword15;

    /// <summary>A read or write of <paramref name="blocks"/> blocks, 1 to 65536.</summary>
    public static NvmeCommand Transfer(byte opcode, uint namespaceId, ulong firstBlock, int blocks) => new()
    {
        Opcode = opcode,
        NamespaceId = namespaceId,
        Dword10 = (uint)firstBlock,
        Dword11 = (uint)(firstBlock >> 32),
        Dword12 = (uint)(blocks - 1),
    };

    /// <summary>The entry's bytes, to be copied into the ring.</summary>
    public static ReadOnlySpan<byte> Bytes(in NvmeCommand command) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<NvmeCommand>(in Unsafe.AsRef(in command)));
}
