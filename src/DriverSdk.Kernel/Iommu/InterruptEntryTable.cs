using System.Numerics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Kernel.Interrupts;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The interrupt remapping table of one unit, in RAM: which interrupt a handle stands for, and which requester may send it. Linux: drivers/iommu/intel/irq_remapping.c.</summary>
/// <remarks>Source: facts/vtd.md 8.</remarks>
/// <param name="ram">RAM.</param>
/// <param name="start">A zeroed page.</param>
/// <param name="queue">How the unit is made to forget an entry: registers have no command for it.</param>
/// <param name="caches">Where entries are written back when the unit does not snoop, else null.</param>
internal sealed class InterruptEntryTable(PhysicalMemory ram, PhysAddr start, QueuedInvalidation queue, ICpuCaches? caches)
{
    /// <summary>Entries of a table of one page.</summary>
    public const int EntryCount = 4096 / InterruptEntry.SizeBytes;

    private const int BitsPerWord = 64;

    private readonly Lock _sync = new();
    private readonly ulong[] _taken = new ulong[EntryCount / BitsPerWord];

    /// <summary>Where it lies.</summary>
    public PhysAddr Start => start;

    /// <summary>Lets one requester send one interrupt.</summary>
    /// <param name="requesters">The ids under which its messages may arrive, at least one.</param>
    /// <param name="target">What the messages become.</param>
    /// <param name="trigger">Event or condition.</param>
    /// <param name="handle">What the messages have to name.</param>
    /// <returns>False when all entries are taken.</returns>
    public bool TryAdd(IReadOnlyList<Bdf> requesters, InterruptTarget target, InterruptTrigger trigger, out ushort handle)
    {
        lock (_sync)
        {
            if (!TryTake(out handle))
                return false;
            var entry = new InterruptEntry
            {
                IsPresent = true,
                DestinationMode = InterruptDestinationMode.Physical,
                DeliveryMode = InterruptDeliveryMode.Fixed,
                Trigger = trigger,
                Vector = target.Vector,
                Destination = (byte)target.ApicId,
            };
            Write(handle, Restrict(entry, requesters));
            return true;
        }
    }

    /// <summary>Takes an interrupt away from its requester; returns when the unit knows.</summary>
    public void Remove(ushort handle)
    {
        lock (_sync)
        {
            Write(handle, default);
            queue.Invalidate(InterruptEntryInvalidation.OfIndex(handle));
            _taken[handle / BitsPerWord] &= ~(1UL << (handle % BitsPerWord));
        }
    }

    /// <summary>An entry as the unit would read it.</summary>
    public InterruptEntry Read(ushort handle)
    {
        var place = InterruptEntry.AddressIn(start, handle);
        return new InterruptEntry(ram.Entry(place), ram.Entry(place + sizeof(ulong)));
    }

    // One id is compared whole. Of several, which a bridge chooses from, an entry can only compare the buses. Linux: set_msi_sid().
    private static InterruptEntry Restrict(InterruptEntry entry, IReadOnlyList<Bdf> requesters)
    {
        if (requesters.Count == 1)
            return entry with { Source = requesters[0], Validation = SourceValidation.Requester, Qualifier = SourceQualifier.Exact };
        var buses = new Bdf((ushort)((requesters.Min(requester => requester.Bus) << 8) | requesters.Max(requester => requester.Bus)));
        return entry with { Source = buses, Validation = SourceValidation.BusRange };
    }

    private bool TryTake(out ushort handle)
    {
        handle = 0;
        for (var word = 0; word < _taken.Length; word++)
        {
            if (_taken[word] == ulong.MaxValue)
                continue;
            var bit = BitOperations.TrailingZeroCount(~_taken[word]);
            _taken[word] |= 1UL << bit;
            handle = (ushort)((word * BitsPerWord) + bit);
            return true;
        }

        return false;
    }

    // The half with the Present bit last when it is set, first when it is cleared: the unit must not see it beside another entry's other half.
    private void Write(ushort handle, InterruptEntry entry)
    {
        var place = InterruptEntry.AddressIn(start, handle);
        if (!entry.IsPresent)
            Store(place, 0);
        Store(place + sizeof(ulong), entry.High);
        Store(place, entry.Low);
    }

    private void Store(PhysAddr place, ulong half)
    {
        Volatile.Write(ref ram.Entry(place), half);
        caches?.WriteBack(place, sizeof(ulong));
    }
}
