using System.Buffers.Binary;
using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Cli.Machines;

/// <summary>Physical addresses as a CPU sees them: RAM where there is some, registers elsewhere, all ones where nobody answers.</summary>
/// <remarks>
/// RAM is copied in runs. Elsewhere an access of any length and alignment becomes naturally aligned ones of at most 8 bytes, from the lowest address up. Nothing lies beyond the
/// last address: an access does not wrap to zero.
/// </remarks>
/// <param name="memory">RAM.</param>
/// <param name="bus">Registers.</param>
internal sealed class PhysicalSpace(PhysicalMemory memory, ICpuBus bus)
{
    private const int WidestBytes = 8;

    /// <summary>Reads.</summary>
    public void Read(ulong address, Span<byte> destination)
    {
        if (memory.TryRead(new PhysAddr(address), destination))
            return;
        destination.Fill(byte.MaxValue);
        while (!destination.IsEmpty)
        {
            var bytes = NextRun(address, (ulong)destination.Length, out var isRam);
            if (isRam)
                memory.TryRead(new PhysAddr(address), destination[..bytes]);
            else
                ReadRegister(address, destination[..bytes]);
            if (ulong.MaxValue - address < (ulong)bytes)
                return;
            destination = destination[bytes..];
            address += (ulong)bytes;
        }
    }

    /// <summary>Writes.</summary>
    public void Write(ulong address, ReadOnlySpan<byte> source)
    {
        if (memory.TryWrite(new PhysAddr(address), source))
            return;
        while (!source.IsEmpty)
        {
            var bytes = NextRun(address, (ulong)source.Length, out var isRam);
            if (isRam)
                memory.TryWrite(new PhysAddr(address), source[..bytes]);
            else
                WriteRegister(address, source[..bytes]);
            if (ulong.MaxValue - address < (ulong)bytes)
                return;
            source = source[bytes..];
            address += (ulong)bytes;
        }
    }

    private int NextRun(ulong address, ulong wantedBytes, out bool isRam)
    {
        foreach (var ram in (ReadOnlySpan<AddressRange<PhysAddr>>)[memory.Layout.LowRam, memory.Layout.HighRam])
        {
            if (!ram.Contains(new PhysAddr(address)))
                continue;
            isRam = true;
            return (int)Math.Min(wantedBytes, ram.LengthBytes - (address - ram.Start.Value));
        }

        isRam = false;
        var aligned = 1UL << Math.Min(BitOperations.TrailingZeroCount(address), 3);
        return (int)Math.Min(aligned, 1UL << BitOperations.Log2(Math.Min(wantedBytes, WidestBytes)));
    }

    private void ReadRegister(ulong address, Span<byte> destination)
    {
        Span<byte> value = stackalloc byte[WidestBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(value, bus.ReadMmio(new PhysAddr(address), (AccessWidth)destination.Length));
        value[..destination.Length].CopyTo(destination);
    }

    private void WriteRegister(ulong address, ReadOnlySpan<byte> source)
    {
        Span<byte> value = stackalloc byte[WidestBytes];
        value.Clear();
        source.CopyTo(value);
        bus.WriteMmio(new PhysAddr(address), BinaryPrimitives.ReadUInt64LittleEndian(value), (AccessWidth)source.Length);
    }
}
