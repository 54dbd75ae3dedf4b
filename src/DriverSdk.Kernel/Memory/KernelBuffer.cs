using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>A run of kernel virtual memory: what kmalloc and vmalloc return, and what is mapped for a device. It owns nothing.</summary>
/// <remarks>
/// The CPU touches the bytes only inside views. The default value is the null buffer, which an allocation returns when memory has run out. Linux: a pointer and a length.
/// </remarks>
[AnyContext]
public readonly struct KernelBuffer
{
    private readonly KernelMemory? _memory;

    internal KernelBuffer(KernelMemory memory, KernelAddr address, ulong lengthBytes)
    {
        _memory = memory;
        Address = address;
        LengthBytes = lengthBytes;
    }

    /// <summary>First byte; zero for the null buffer.</summary>
    public KernelAddr Address { get; }

    /// <summary>Length in bytes: exactly what was asked for, also where the allocator rounds up.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Whether there is no memory behind it.</summary>
    public bool IsNull => _memory is null;

    /// <summary>A part of the buffer.</summary>
    /// <param name="offset">First byte, counted from the buffer's start.</param>
    /// <param name="lengthBytes">Length in bytes; the part must lie inside the buffer.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside.</exception>
    public KernelBuffer Slice(ulong offset, ulong lengthBytes)
    {
        var memory = Checked(offset, lengthBytes);
        return new KernelBuffer(memory, Address + offset, lengthBytes);
    }

    /// <summary>Opens the whole buffer for reading.</summary>
    /// <exception cref="InvalidOperationException">The buffer is null, freed, or not physically contiguous (vmalloc): read that by segments.</exception>
    public ReadView Read() => Read(0, LengthBytes);

    /// <summary>Opens a part of the buffer for reading.</summary>
    /// <param name="offset">First byte, counted from the buffer's start.</param>
    /// <param name="lengthBytes">Length in bytes, at most 2^31-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the buffer.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read()"/>.</exception>
    public ReadView Read(ulong offset, ulong lengthBytes) => Checked(offset, lengthBytes).OpenRead(Address + offset, lengthBytes);

    /// <summary>Opens the whole buffer for reading and writing.</summary>
    /// <exception cref="InvalidOperationException">As for <see cref="Read()"/>, or the memory is the kernel's text or constants.</exception>
    public WriteView Write() => Write(0, LengthBytes);

    /// <summary>Opens a part of the buffer for reading and writing.</summary>
    /// <param name="offset">First byte, counted from the buffer's start.</param>
    /// <param name="lengthBytes">Length in bytes, at most 2^31-1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part does not lie inside the buffer.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Write()"/>.</exception>
    public WriteView Write(ulong offset, ulong lengthBytes) => Checked(offset, lengthBytes).OpenWrite(Address + offset, lengthBytes);

    /// <summary>The longest physically contiguous run from <paramref name="offset"/> on: how vmalloc memory is viewed and mapped.</summary>
    /// <param name="offset">First byte, counted from the buffer's start, below its length.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset does not lie inside the buffer.</exception>
    /// <exception cref="InvalidOperationException">No memory lies behind that byte.</exception>
    public KernelBuffer SegmentAt(ulong offset)
    {
        var memory = Checked(offset, 1);
        return new KernelBuffer(memory, Address + offset, memory.ContiguousBytes(Address + offset, LengthBytes - offset));
    }

    /// <summary>Copies <paramref name="source"/> to the buffer, across segments where it has them.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="offset">Where they go, counted from the buffer's start.</param>
    /// <exception cref="ArgumentOutOfRangeException">They do not fit; nothing is copied.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Write()"/>.</exception>
    public void CopyFrom(ReadOnlySpan<byte> source, ulong offset = 0)
    {
        Checked(offset, (ulong)source.Length);
        while (!source.IsEmpty)
        {
            var segment = SegmentAt(offset);
            var take = (int)Math.Min(segment.LengthBytes, (ulong)source.Length);
            using (var view = segment.Write(0, (ulong)take))
                source[..take].CopyTo(view.Bytes);
            source = source[take..];
            offset += (ulong)take;
        }
    }

    /// <summary>Copies from the buffer to <paramref name="destination"/>, filling it, across segments where there are some.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="offset">The first byte, counted from the buffer's start.</param>
    /// <exception cref="ArgumentOutOfRangeException">The buffer has fewer bytes from there; nothing is copied.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Read()"/>.</exception>
    public void CopyTo(Span<byte> destination, ulong offset = 0)
    {
        Checked(offset, (ulong)destination.Length);
        while (!destination.IsEmpty)
        {
            var segment = SegmentAt(offset);
            var take = (int)Math.Min(segment.LengthBytes, (ulong)destination.Length);
            using (var view = segment.Read(0, (ulong)take))
                view.Bytes.CopyTo(destination);
            destination = destination[take..];
            offset += (ulong)take;
        }
    }

    /// <summary>The buffer as <c>kva:0xffff888001000000 (4096 bytes)</c>, or <c>null buffer</c>.</summary>
    public override string ToString() => IsNull ? "null buffer" : $"{Address} ({LengthBytes} bytes)";

    private KernelMemory Checked(ulong offset, ulong lengthBytes)
    {
        if (_memory is null)
            MemoryThrow.NullBuffer();
        if (offset > LengthBytes || lengthBytes > LengthBytes - offset)
            MemoryThrow.OutsideBuffer(offset, lengthBytes, LengthBytes);
        return _memory;
    }
}
