using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>Memory that a device reads and writes at the same time, as rings and doorbell pages: typed accesses only, never a span.</summary>
/// <remarks>
/// Every access is one load with acquire or one store with release order, little-endian, naturally aligned, so that a device sees whole values in program order.
/// Linux: <c>READ_ONCE()</c>/<c>WRITE_ONCE()</c> on coherent memory, with the barriers included. The default value holds no byte.
/// </remarks>
[AnyContext]
public readonly struct VolatileMemory
{
    private readonly PhysicalMemory? _ram;
    private readonly PhysAddr _start;

    internal VolatileMemory(PhysicalMemory ram, PhysAddr start, ulong lengthBytes)
    {
        _ram = ram;
        _start = start;
        LengthBytes = lengthBytes;
    }

    /// <summary>Length in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Reads 8 bits.</summary>
    /// <param name="offset">Counted from the start.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory.</exception>
    public byte Read8(ulong offset) => Volatile.Read(ref At<byte>(offset));

    /// <summary>Reads 16 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 2.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public ushort Read16(ulong offset) => Volatile.Read(ref At<ushort>(offset));

    /// <summary>Reads 32 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 4.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public uint Read32(ulong offset) => Volatile.Read(ref At<uint>(offset));

    /// <summary>Reads 64 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public ulong Read64(ulong offset) => Volatile.Read(ref At<ulong>(offset));

    /// <summary>Writes 8 bits.</summary>
    /// <param name="offset">Counted from the start.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory.</exception>
    public void Write8(ulong offset, byte value) => Volatile.Write(ref At<byte>(offset), value);

    /// <summary>Writes 16 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 2.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public void Write16(ulong offset, ushort value) => Volatile.Write(ref At<ushort>(offset), value);

    /// <summary>Writes 32 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 4.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public void Write32(ulong offset, uint value) => Volatile.Write(ref At<uint>(offset), value);

    /// <summary>Writes 64 bits.</summary>
    /// <param name="offset">Counted from the start, a multiple of 8.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The access leaves the memory or is not aligned.</exception>
    public void Write64(ulong offset, ulong value) => Volatile.Write(ref At<ulong>(offset), value);

    /// <summary>Copies bytes in, in no particular order; a device may see them half done.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="offset">Where they go.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not fit; nothing is copied.</exception>
    public void CopyFrom(ReadOnlySpan<byte> source, ulong offset = 0) => source.CopyTo(Bytes(offset, (ulong)source.Length));

    /// <summary>Copies bytes out, in no particular order, filling <paramref name="destination"/>.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="offset">The first byte.</param>
    /// <exception cref="ArgumentOutOfRangeException">The memory has fewer bytes from there; nothing is copied.</exception>
    public void CopyTo(Span<byte> destination, ulong offset = 0) => Bytes(offset, (ulong)destination.Length).CopyTo(destination);

    /// <summary>Sets every byte to zero.</summary>
    public void Clear() => Bytes(0, LengthBytes).Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T At<T>(ulong offset)
        where T : unmanaged
    {
        var width = (ulong)Unsafe.SizeOf<T>();
        if (offset > LengthBytes || width > LengthBytes - offset || (offset & (width - 1)) != 0)
            MemoryThrow.OutsideVolatile(offset, width, LengthBytes);
        return ref Unsafe.As<byte, T>(ref _ram!.Span(new PhysAddr(_start.Value + offset), (int)width)[0]);
    }

    private Span<byte> Bytes(ulong offset, ulong lengthBytes)
    {
        if (offset > LengthBytes || lengthBytes > LengthBytes - offset)
            MemoryThrow.OutsideVolatile(offset, lengthBytes, LengthBytes);
        return lengthBytes == 0 ? default : _ram!.Span(_start + offset, checked((int)lengthBytes));
    }
}
