using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Memory;

/// <summary>Listens to views of kernel memory being opened and closed; a machine without it pays one not-taken branch per view.</summary>
internal sealed class ViewWatch
{
    private long _openReads;
    private long _openWrites;

    /// <summary>Read views open now.</summary>
    public long OpenReads => Volatile.Read(ref _openReads);

    /// <summary>Write views open now.</summary>
    public long OpenWrites => Volatile.Read(ref _openWrites);

    /// <summary>The last range that was opened, for reports.</summary>
    public AddressRange<PhysAddr> LastOpened { get; private set; }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnReadOpened(PhysAddr start, ulong lengthBytes) => Opened(ref _openReads, start, lengthBytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnReadClosed(PhysAddr start, ulong lengthBytes) => Interlocked.Decrement(ref _openReads);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnWriteOpened(PhysAddr start, ulong lengthBytes) => Opened(ref _openWrites, start, lengthBytes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void OnWriteClosed(PhysAddr start, ulong lengthBytes) => Interlocked.Decrement(ref _openWrites);

    private void Opened(ref long count, PhysAddr start, ulong lengthBytes)
    {
        if (lengthBytes == 0)
            return;
        LastOpened = new AddressRange<PhysAddr>(start, lengthBytes);
        Interlocked.Increment(ref count);
    }
}
