using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Memory;

/// <summary>The machine's RAM: one reservation of host address space that the host fills with pages as they are first written.</summary>
/// <remarks>
/// Kernel and hardware both hold it, and it is all they share besides registers. Reading a byte that was never written gives zero.
/// Every member may be called from any thread and any context. 64-bit entries are single-copy atomic with acquire and release order,
/// as table walks need; longer copies are not atomic.
/// </remarks>
public sealed unsafe class PhysicalMemory : IDisposable
{
    private readonly HostReservation _reservation;
    private readonly byte* _base;
    private readonly ulong _highStart;
    private ulong _lowBytes;
    private ulong _highBytes;

    /// <summary>Reserves host address space for <paramref name="layout"/>; no host memory is committed yet.</summary>
    /// <exception cref="InsufficientMemoryException">The host refuses to reserve that much address space.</exception>
    public PhysicalMemory(MemoryLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        Layout = layout;
        // The hole is reserved too: then a physical address is an offset, and the hot path has no second base to choose.
        _reservation = HostReservation.Reserve(layout.End.Value);
        _base = _reservation.Base;
        _lowBytes = layout.LowRam.LengthBytes;
        _highStart = layout.HighRam.Start.Value;
        _highBytes = layout.HighRam.LengthBytes;
    }

    /// <summary>Where RAM lies.</summary>
    public MemoryLayout Layout { get; }

    /// <summary>Whether all <paramref name="lengthBytes"/> bytes from <paramref name="start"/> are RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(PhysAddr start, ulong lengthBytes)
    {
        var address = start.Value;
        if (address < _lowBytes)
            return lengthBytes <= _lowBytes - address;
        var offset = address - _highStart;
        return address >= _highStart && offset < _highBytes && lengthBytes <= _highBytes - offset;
    }

    /// <summary>Reads an aligned 64-bit entry with acquire order; false when <paramref name="address"/> is unaligned or not RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadEntry(PhysAddr address, out ulong entry)
    {
        if ((address.Value & 7) != 0 || !Contains(address, sizeof(ulong)))
        {
            entry = 0;
            return false;
        }

        entry = Volatile.Read(ref Unsafe.AsRef<ulong>(_base + address.Value));
        return true;
    }

    /// <summary>Writes an aligned 64-bit entry with release order; false, and nothing written, when <paramref name="address"/> is unaligned or not RAM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryWriteEntry(PhysAddr address, ulong entry)
    {
        if ((address.Value & 7) != 0 || !Contains(address, sizeof(ulong)))
            return false;
        Volatile.Write(ref Unsafe.AsRef<ulong>(_base + address.Value), entry);
        return true;
    }

    /// <summary>Copies RAM into <paramref name="destination"/>; false, and nothing copied, when a byte of the range is not RAM.</summary>
    public bool TryRead(PhysAddr start, Span<byte> destination)
    {
        if (!Contains(start, (ulong)destination.Length))
            return false;
        new ReadOnlySpan<byte>(_base + start.Value, destination.Length).CopyTo(destination);
        return true;
    }

    /// <summary>Copies <paramref name="source"/> into RAM; false, and nothing copied, when a byte of the range is not RAM.</summary>
    public bool TryWrite(PhysAddr start, ReadOnlySpan<byte> source)
    {
        if (!Contains(start, (ulong)source.Length))
            return false;
        source.CopyTo(new Span<byte>(_base + start.Value, source.Length));
        return true;
    }

    /// <summary>Gives the host address space back; afterwards no address is RAM any more. Stop every user first.</summary>
    public void Dispose()
    {
        _lowBytes = 0;
        _highBytes = 0;
        _reservation.Dispose();
    }

    /// <summary>The bytes themselves, for views and for a device's transfer in flight; the caller must not keep it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Span(PhysAddr start, int lengthBytes)
    {
        if (lengthBytes < 0 || !Contains(start, (ulong)lengthBytes))
            ThrowNotRam(start, lengthBytes);
        return new Span<byte>(_base + start.Value, lengthBytes);
    }

    /// <summary>An aligned 64-bit entry in place, for locked updates and for loops over one table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref ulong Entry(PhysAddr address)
    {
        if ((address.Value & 7) != 0 || !Contains(address, sizeof(ulong)))
            ThrowNotRam(address, sizeof(ulong));
        return ref Unsafe.AsRef<ulong>(_base + address.Value);
    }

    [DoesNotReturn]
    private void ThrowNotRam(PhysAddr start, long lengthBytes) =>
        throw new ArgumentOutOfRangeException(nameof(start),
            $"{lengthBytes} bytes at {start} are not (aligned) RAM; RAM is {Layout.LowRam} and {Layout.HighRam}. Check the address with Contains first.");
}
