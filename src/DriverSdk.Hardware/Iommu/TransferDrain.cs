using DriverSdk.Contract.Invalidation;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Hardware.Iommu;

/// <summary>Waits for transfers that may still use what an invalidation has dropped.</summary>
/// <remarks>Slots do not say whether a transfer reads or writes, so either kind of drain waits for both; waiting for more is always allowed.</remarks>
internal sealed class TransferDrain
{
    private readonly Lock _changing = new();
    private readonly Drain _offered;
    private RequesterSlot[] _slots = [];

    /// <summary>Makes a drain without requesters.</summary>
    public TransferDrain(RemappingUnitOptions options) =>
        _offered = (options.DrainsWrites ? Drain.Writes : Drain.None) | (options.DrainsReads ? Drain.Reads : Drain.None);

    /// <summary>Starts waiting for a requester.</summary>
    public void Watch(RequesterSlot slot)
    {
        lock (_changing)
        {
            if (Array.IndexOf(_slots, slot) < 0)
                Volatile.Write(ref _slots, [.. _slots, slot]);
        }
    }

    /// <summary>Stops waiting for a requester.</summary>
    public void Unwatch(RequesterSlot slot)
    {
        lock (_changing)
            Volatile.Write(ref _slots, [.. _slots.Where(watched => watched != slot)]);
    }

    /// <summary>Whether an invalidation with these bits has to wait at all.</summary>
    public bool Applies(Drain asked) => (asked & _offered) != Drain.None;

    /// <summary>Waits until every transfer has ended that was under way when the caches were emptied.</summary>
    public void Wait()
    {
        // Pairs with the fence in RequesterSlot.Enter: either the slot's mark is seen here, or the requester sees the emptied caches.
        Interlocked.MemoryBarrier();
        foreach (var slot in Volatile.Read(ref _slots))
            slot.Drain();
    }
}
