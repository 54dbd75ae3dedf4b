using System.Buffers.Binary;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Devices.DmaProbe;

/// <summary>The probe's data, as software reads and writes it in any width.</summary>
/// <param name="lengthBytes">Its size, a multiple of 8.</param>
internal sealed class DmaProbeBuffer(int lengthBytes) : IMmioTarget
{
    private readonly byte[] _bytes = new byte[lengthBytes];

    public ulong Read(ulong offset, AccessWidth width)
    {
        Span<byte> value = stackalloc byte[sizeof(ulong)];
        value.Clear();
        _bytes.AsSpan((int)offset, (int)width).CopyTo(value);
        return BinaryPrimitives.ReadUInt64LittleEndian(value);
    }

    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        bytes[..(int)width].CopyTo(_bytes.AsSpan((int)offset));
    }

    /// <summary>Its first bytes, for an access.</summary>
    public Span<byte> Part(int partBytes) => _bytes.AsSpan(0, partBytes);

    /// <summary>Zeroes it.</summary>
    public void Clear() => _bytes.AsSpan().Clear();
}
