using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DriverSdk.Hardware.Dma;

/// <summary>One requester's mark that a transfer is under way, from translation to its last byte; a draining invalidation waits for it.</summary>
/// <remarks>
/// The count is odd while a transfer is in flight. The mark is also the lock that serialises the requester's own callers, so that a transfer costs one locked instruction:
/// entering swaps an even count for the next odd one. That swap is a full fence before every later read of a cache, so that either the invalidation sees the mark, or the
/// requester sees the emptied cache.
/// </remarks>
internal sealed class RequesterSlot
{
    private PaddedCounter _transfers;

    /// <summary>Whether a transfer is in flight right now.</summary>
    public bool IsInFlight => (Volatile.Read(ref _transfers.Value) & 1) != 0;

    /// <summary>Marks a transfer as in flight, after waiting for the one that another thread has in flight.</summary>
    /// <exception cref="InvalidOperationException">This thread is inside a transfer of the same requester already.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        var seen = _transfers.Value;
        if ((seen & 1) != 0 || Interlocked.CompareExchange(ref _transfers.Value, seen + 1, seen) != seen)
            EnterContended();
        _transfers.OwnerThread = Environment.CurrentManagedThreadId;
    }

    /// <summary>Marks the transfer as done; its bytes are visible before the mark is gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit()
    {
        _transfers.OwnerThread = 0;
        Volatile.Write(ref _transfers.Value, _transfers.Value + 1);
    }

    /// <summary>Waits until the transfer that is in flight now, if any, has ended. Later transfers are not waited for.</summary>
    /// <exception cref="InvalidOperationException">This thread is inside that transfer and would wait for itself.</exception>
    public void Drain()
    {
        var seen = Volatile.Read(ref _transfers.Value);
        if ((seen & 1) == 0)
            return;
        RequireOtherOwner("drains the caches");
        var spin = default(SpinWait);
        while (Volatile.Read(ref _transfers.Value) == seen)
            spin.SpinOnce(sleep1Threshold: -1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        RequireOtherOwner("starts a second transfer");
        var spin = default(SpinWait);
        while (true)
        {
            var seen = Volatile.Read(ref _transfers.Value);
            if ((seen & 1) == 0 && Interlocked.CompareExchange(ref _transfers.Value, seen + 1, seen) == seen)
                return;
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void RequireOtherOwner(string action)
    {
        if (Volatile.Read(ref _transfers.OwnerThread) == Environment.CurrentManagedThreadId)
            throw new InvalidOperationException(
                $"A device {action} from inside its own transfer, which would wait for itself; finish the transfer first (return from the chunk callback).");
    }

    // A cache line of its own (and its neighbour, which the prefetcher pairs with it), so that requesters do not slow each other.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounter
    {
        [FieldOffset(128)]
        public long Value;

        [FieldOffset(136)]
        public int OwnerThread;
    }
}
