using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Pci;

/// <summary>A device's registers as a driver reaches them. Linux: <c>ioremap()</c> with <c>readl()</c> and <c>writel()</c>.</summary>
/// <remarks>
/// Accesses are ordered with each other and with earlier writes to memory. Each is a point at which a pending interrupt may arrive. A register that nobody answers
/// reads all ones. Offsets are in bytes; the default value has no registers.
/// </remarks>
[AnyContext]
public readonly struct MmioRegion
{
    private readonly ICpuBus? _bus;
    private readonly PhysAddr _start;

    internal MmioRegion(ICpuBus bus, AddressRange<PhysAddr> range)
    {
        _bus = bus;
        _start = range.Start;
        LengthBytes = range.LengthBytes;
    }

    /// <summary>Length of the window in bytes.</summary>
    public ulong LengthBytes { get; }

    /// <summary>Reads 8 bits.</summary>
    public byte Read8(ulong offset) => (byte)Read(offset, AccessWidth.Byte);

    /// <summary>Reads 16 bits.</summary>
    public ushort Read16(ulong offset) => (ushort)Read(offset, AccessWidth.Word);

    /// <summary>Reads 32 bits. Linux: <c>readl()</c>.</summary>
    /// <param name="offset">A multiple of 4 inside the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or lies outside the window.</exception>
    public uint Read32(ulong offset) => (uint)Read(offset, AccessWidth.DoubleWord);

    /// <summary>Reads 64 bits. Linux: <c>readq()</c>.</summary>
    /// <param name="offset">A multiple of 8 inside the window.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or lies outside the window.</exception>
    public ulong Read64(ulong offset) => Read(offset, AccessWidth.QuadWord);

    /// <summary>Writes 8 bits.</summary>
    public void Write8(ulong offset, byte value) => Write(offset, value, AccessWidth.Byte);

    /// <summary>Writes 16 bits.</summary>
    public void Write16(ulong offset, ushort value) => Write(offset, value, AccessWidth.Word);

    /// <summary>Writes 32 bits. Linux: <c>writel()</c>.</summary>
    /// <param name="offset">A multiple of 4 inside the window.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or lies outside the window.</exception>
    public void Write32(ulong offset, uint value) => Write(offset, value, AccessWidth.DoubleWord);

    /// <summary>Writes 64 bits. Linux: <c>writeq()</c>.</summary>
    /// <param name="offset">A multiple of 8 inside the window.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentOutOfRangeException">The offset is not aligned or lies outside the window.</exception>
    public void Write64(ulong offset, ulong value) => Write(offset, value, AccessWidth.QuadWord);

    private ulong Read(ulong offset, AccessWidth width)
    {
        var value = Checked(offset, width).ReadMmio(_start + offset, width);
        InterruptPoint.Poll();
        return value;
    }

    private void Write(ulong offset, ulong value, AccessWidth width)
    {
        Checked(offset, width).WriteMmio(_start + offset, value, width);
        InterruptPoint.Poll();
    }

    private ICpuBus Checked(ulong offset, AccessWidth width)
    {
        if (_bus is null || offset >= LengthBytes || (offset & ((ulong)width - 1)) != 0)
            ThrowBadOffset(offset, width);
        return _bus;
    }

    [DoesNotReturn]
    private void ThrowBadOffset(ulong offset, AccessWidth width) =>
        throw new ArgumentOutOfRangeException(nameof(offset), $"0x{offset:x}",
            $"A {(int)width}-byte register access needs a multiple of {(int)width} below the window's 0x{LengthBytes:x} bytes; check the register's offset and that the BAR was mapped.");
}
