using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>The buddy allocator of page frames: orders 0 to 10, two zones, lists per CPU for single pages.</summary>
internal sealed class PageAllocator
{
    /// <summary>The largest block's order: 4 MiB.</summary>
    public const int MaxOrder = 10;

    private readonly PhysicalMemory _ram;

    public PageAllocator(PhysicalMemory ram, int cpuCount)
    {
        _ram = ram;
        CpuCount = cpuCount;
    }

    public int CpuCount { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    public DmaDebug? Debug { get; set; }

    /// <summary>Takes a block; false when none is left that satisfies <paramref name="gfp"/>. Does not check for sleeping: callers with <see cref="Gfp.Kernel"/> have.</summary>
    /// <param name="order">0 to 10.</param>
    /// <param name="gfp">Zone and zeroing.</param>
    /// <param name="site">Who asked.</param>
    /// <param name="first">The first frame, aligned to the block's size.</param>
    public bool TryAllocPages(int order, Gfp gfp, CallSite site, out Pfn first) => throw new NotSupportedException(_ram.ToString());

    /// <summary>Gives a block back.</summary>
    /// <exception cref="InvalidOperationException">No live block of that order begins there; nothing is changed.</exception>
    public void FreePages(Pfn first, int order, CallSite site) => throw new NotSupportedException();
}
