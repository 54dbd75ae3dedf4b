using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DriverSdk.Hardware.Dma;

/// <summary>One requester's mark that a transfer is under way, from translation to its last byte; a draining invalidation waits for it.</summary>
/// <remarks>
/// The count is odd while a transfer is in flight. One thread at a time may be inside; the requester's DMA port sees to that. Entering orders the mark before every
/// later read of a cache (a full fence), so that either the invalidation sees the mark, or the requester sees the emptied cache.
/// </remarks>
internal sealed class RequesterSlot
{
    private PaddedCounter _transfers;

    /// <summary>Whether a transfer is in flight right now.</summary>
    public bool IsInFlight => (Volatile.Read(ref _transfers.Value) & 1) != 0;

    /// <summary>Marks a transfer as in flight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter() => Interlocked.Exchange(ref _transfers.Value, _transfers.Value + 1);

    /// <summary>Marks the transfer as done; its bytes are visible before the mark is gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _transfers.Value, _transfers.Value + 1);

    /// <summary>Waits until the transfer that is in flight now, if any, has ended. Later transfers are not waited for.</summary>
    public void Drain()
    {
        var seen = Volatile.Read(ref _transfers.Value);
        if ((seen & 1) == 0)
            return;
        var spin = default(SpinWait);
        while (Volatile.Read(ref _transfers.Value) == seen)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    // A cache line of its own (and its neighbour, which the prefetcher pairs with it), so that requesters do not slow each other.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounter
    {
        [FieldOffset(128)]
        public long Value;
    }
}
