using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;

namespace DriverSdk.Kernel.Debugging;

/// <summary>One counter per page, summed over all domains: the merged IOMMU_DEBUG_PAGEALLOC, rule for rule. Source: facts/linux.md 1.3.</summary>
/// <remarks>The counters promise only their own integrity: a map that lands just after a check is missed, by design.</remarks>
internal sealed unsafe class GranuleCounts(PhysAddr endOfRam) : IDisposable
{
    private readonly HostReservation _counters = HostReservation.Reserve((endOfRam.Value >> PageSize.CpuShift) * sizeof(int));
    private readonly ulong _pageCount = endOfRam.Value >> PageSize.CpuShift;

    /// <summary>Counts a run up; false when a counter ran over, or when the run itself is nonsense and nothing was counted.</summary>
    public bool Increment(PhysAddr start, ulong lengthBytes)
    {
        if (start.Value == 0 || start.Value > ulong.MaxValue - lengthBytes)
            return false;
        var plain = true;
        for (ulong offset = 0; offset < lengthBytes; offset += PageSize.CpuBytes)
            plain &= Add(start.Value + offset, 1) > 0;
        return plain;
    }

    /// <summary>Counts the page of one granule down; false when the counter fell below zero.</summary>
    public bool Decrement(PhysAddr address) => Add(address.Value, -1) >= 0;

    /// <summary>The counter of a page; 0 for what is not RAM.</summary>
    public int Read(Pfn page) => page.Value < _pageCount ? Volatile.Read(ref At(page.Value)) : 0;

    /// <inheritdoc/>
    public void Dispose() => _counters.Dispose();

    // A page that is not RAM has no counter; such granules are skipped silently, and so look plain either way.
    private int Add(ulong address, int delta)
    {
        var page = address >> PageSize.CpuShift;
        return page < _pageCount ? Interlocked.Add(ref At(page), delta) : Math.Max(delta, 0);
    }

    private ref int At(ulong page) => ref ((int*)_counters.Base)[page];
}
