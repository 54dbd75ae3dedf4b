using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;

namespace DriverSdk.Kernel.Memory;

/// <summary>The kernel's memory as drivers use it: allocate, free, find out what lies where.</summary>
/// <remarks>Every allocation remembers the line that made it, so that a report about it can name it.</remarks>
public sealed class KernelMemory
{
    internal KernelMemory(PhysicalMemory ram, int cpuCount, CallSiteTable callSites)
    {
        Ram = ram;
        CallSites = callSites;
        Layout = new KernelLayout(ram.Layout);
        Pages = new PageAllocator(ram, cpuCount);
    }

    /// <summary>Where things lie in the kernel's virtual address space.</summary>
    [AnyContext]
    public KernelLayout Layout { get; }

    internal PhysicalMemory Ram { get; }

    internal CallSiteTable CallSites { get; }

    internal PageAllocator Pages { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    internal DmaDebug? Debug { get; set; }

    /// <summary>The listener to views, null while nobody listens.</summary>
    internal ViewWatch? ViewWatch { get; set; }

    /// <summary>Allocates physically contiguous memory from the direct map. Linux: <c>kmalloc()</c>.</summary>
    /// <param name="lengthBytes">1 to 4 MiB. Up to 8 KiB the object shares pages with others of its class.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The buffer, or the null buffer when memory has run out or the length exceeds 4 MiB.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    [AnyContext]
    [return: MustFree]
    public KernelBuffer Kmalloc(ulong lengthBytes, Gfp gfp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>Frees what <see cref="Kmalloc"/> returned; the null buffer is ignored. Linux: <c>kfree()</c>.</summary>
    /// <exception cref="InvalidOperationException">No live object begins there; the message names the nearest one.</exception>
    [AnyContext]
    public void Kfree([Frees] KernelBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>Allocates 2^<paramref name="order"/> contiguous pages. Linux: <c>alloc_pages()</c>.</summary>
    /// <param name="order">0 to 10.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The block, or the null block when memory has run out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order lies outside 0 to 10.</exception>
    [AnyContext]
    [return: MustFree]
    public KernelPages AllocPages(int order, Gfp gfp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>Frees what <see cref="AllocPages"/> returned; the null block is ignored. Linux: <c>__free_pages()</c>.</summary>
    /// <exception cref="InvalidOperationException">No live block of that order begins there; the message says what does.</exception>
    [AnyContext]
    public void FreePages([Frees] KernelPages pages, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>Allocates virtually contiguous memory from single pages, between guard pages. Linux: <c>vmalloc()</c>.</summary>
    /// <param name="lengthBytes">1 byte up; rounded up to pages inside.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>The buffer, or the null buffer when memory or address space has run out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    [MaySleep]
    [return: MustFree]
    public KernelBuffer Vmalloc(ulong lengthBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>Frees what <see cref="Vmalloc"/> returned; the null buffer is ignored. Linux: <c>vfree()</c>.</summary>
    /// <exception cref="InvalidOperationException">No live area begins there.</exception>
    [MaySleep]
    public void Vfree([Frees] KernelBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => throw new NotSupportedException();

    /// <summary>What lies at an address; <see cref="MemoryRegion.Unmapped"/> exactly where <see cref="TryTranslate"/> fails.</summary>
    [AnyContext]
    public MemoryRegion RegionOf(KernelAddr address) => throw new NotSupportedException();

    /// <summary>The physical address behind a kernel address; false where nothing is mapped.</summary>
    [AnyContext]
    public bool TryTranslate(KernelAddr address, out PhysAddr physical) => throw new NotSupportedException();

    internal ReadView OpenRead(KernelAddr start, ulong lengthBytes) => throw new NotSupportedException();

    internal WriteView OpenWrite(KernelAddr start, ulong lengthBytes) => throw new NotSupportedException();

    internal ulong ContiguousBytes(KernelAddr start, ulong maxBytes) => throw new NotSupportedException();

    /// <summary>What was allocated around a byte, live or freed last; for reports.</summary>
    internal bool TryFindAllocation(PhysAddr address, out AllocationRecord record) => throw new NotSupportedException();
}
