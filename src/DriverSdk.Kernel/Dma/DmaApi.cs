using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Dma;

/// <summary>The loan door: what a device's driver lends memory to the device with. Mappings know their length and direction; <see cref="DmaRaw"/> is the door where they do not.</summary>
/// <remarks>
/// Strict: an unmap returns when the device cannot reach the memory. Mapping and unmapping allocate nothing and never sleep. Linux: include/linux/dma-mapping.h.
/// </remarks>
[AnyContext]
public sealed class DmaApi
{
    private readonly KernelMemory _memory;

    internal DmaApi(DmaMapper mapper, KernelMemory memory, int cpuCount)
    {
        Mapper = mapper;
        _memory = memory;
        Loans = new LoanTable(cpuCount);
    }

    /// <summary>How many address bits the device drives for streaming mappings.</summary>
    public DmaMask Mask => Mapper.Mask;

    /// <summary>How many address bits the device drives for coherent buffers.</summary>
    public DmaMask CoherentMask => Mapper.CoherentMask;

    /// <summary>Longest segment a scatter-gather list is merged to, in bytes; 64 KiB until the driver says more. Linux: <c>dma_get_max_seg_size()</c>.</summary>
    public ulong MaxSegmentBytes => Mapper.MaxSegmentBytes;

    internal DmaMapper Mapper { get; }

    internal KernelMemory Memory => _memory;

    internal LoanTable Loans { get; }

    /// <summary>Says how many address bits the device drives. Linux: <c>dma_set_mask_and_coherent()</c>.</summary>
    /// <param name="mask">The device's address bits.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>EIO when no memory could be reached with it, otherwise success. Masks of 32 bits and more never fail.</returns>
    [MaySleep]
    public Errno SetMaskAndCoherent(DmaMask mask, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var error = SetMask(mask, file, line);
        return error.IsError ? error : SetCoherentMask(mask, file, line);
    }

    /// <summary>Says how many address bits the device drives for streaming mappings. Linux: <c>dma_set_mask()</c>.</summary>
    /// <param name="mask">The device's address bits.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>EIO when no memory could be reached with it, otherwise success.</returns>
    [MaySleep]
    public Errno SetMask(DmaMask mask, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("DmaApi.SetMask", file, line);
        if (!IsUsable(mask))
            return Errno.InputOutput;
        Mapper.Mask = mask;
        return Errno.Success;
    }

    /// <summary>Says how many address bits the device drives for coherent buffers. Linux: <c>dma_set_coherent_mask()</c>.</summary>
    /// <param name="mask">The device's address bits.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>EIO when no memory could be reached with it, otherwise success.</returns>
    [MaySleep]
    public Errno SetCoherentMask(DmaMask mask, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check("DmaApi.SetCoherentMask", file, line);
        if (!IsUsable(mask))
            return Errno.InputOutput;
        Mapper.CoherentMask = mask;
        return Errno.Success;
    }

    /// <summary>Says how long a segment of a scatter-gather list may be. Linux: <c>dma_set_max_seg_size()</c>.</summary>
    /// <param name="lengthBytes">4096 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is below a page.</exception>
    public void SetMaxSegmentBytes(ulong lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, (ulong)PageSize.CpuBytes);
        Mapper.MaxSegmentBytes = lengthBytes;
    }

    /// <summary>Says which boundary no segment may cross. Linux: <c>dma_set_seg_boundary()</c>.</summary>
    /// <param name="boundaryBytes">A power of two, 4096 or more; segments do not cross its multiples.</param>
    /// <exception cref="ArgumentOutOfRangeException">The boundary is below a page or no power of two.</exception>
    public void SetSegmentBoundaryBytes(ulong boundaryBytes)
    {
        if (boundaryBytes < PageSize.CpuBytes || !BitOperations.IsPow2(boundaryBytes))
            throw new ArgumentOutOfRangeException(nameof(boundaryBytes), boundaryBytes, $"A segment boundary of {boundaryBytes} bytes was given; give a power of two of at least 4096.");
        Mapper.SegmentBoundaryMask = boundaryBytes - 1;
    }

    /// <summary>Lends a buffer to the device. Linux: <c>dma_map_single()</c> with its error check.</summary>
    /// <typeparam name="TDirection"><see cref="ToDevice"/>, <see cref="FromDevice"/> or <see cref="Bidirectional"/>.</typeparam>
    /// <param name="buffer">Physically contiguous memory: kmalloc or pages. It must stay allocated until the loan ends.</param>
    /// <param name="loan">The loan; to be unmapped once.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>False, and no loan, when no IOVA or no table page is left, or the device cannot reach the memory.</returns>
    /// <exception cref="ArgumentException">The buffer is null, empty, or not memory that may be mapped by its address (vmalloc, stack, kernel image).</exception>
    public bool TryMap<TDirection>([MapsMemory] KernelBuffer buffer, [MustUnmap] out DmaLoan<TDirection> loan, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where TDirection : struct, IDmaDirection
    {
        if (buffer.IsNull || buffer.LengthBytes == 0)
            ThrowNoMemory(nameof(buffer));
        var start = DirectMapped(buffer);
        InterruptPoint.Poll();
        var cpu = CallingCpu.Index;
        if (!Mapper.TryMap(cpu, start, buffer.LengthBytes, TDirection.Direction, MappingKind.Streaming, file, line, out var iova))
        {
            loan = default;
            return false;
        }

        loan = new DmaLoan<TDirection>(this, Loans.Add(cpu, start, buffer.LengthBytes), iova, buffer.LengthBytes);
        return true;
    }

    /// <summary>Lends a block of pages to the device. Linux: <c>dma_map_page()</c> with its error check.</summary>
    /// <typeparam name="TDirection"><see cref="ToDevice"/>, <see cref="FromDevice"/> or <see cref="Bidirectional"/>.</typeparam>
    /// <param name="pages">The block; it must stay allocated until the loan ends.</param>
    /// <param name="loan">The loan; to be unmapped once.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>As <see cref="TryMap"/>.</returns>
    /// <exception cref="ArgumentException">The block is null.</exception>
    public bool TryMapPages<TDirection>([MapsMemory] KernelPages pages, [MustUnmap] out DmaLoan<TDirection> loan, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where TDirection : struct, IDmaDirection => TryMap(pages.Buffer, out loan, file, line);

    /// <summary>Lends all pieces of a list to the device, in one run of IOVAs. Linux: <c>dma_map_sgtable()</c>.</summary>
    /// <typeparam name="TDirection"><see cref="ToDevice"/>, <see cref="FromDevice"/> or <see cref="Bidirectional"/>.</typeparam>
    /// <param name="list">The pieces; their memory must stay allocated until the loan ends.</param>
    /// <param name="loan">The loan; its segments are what the device is told.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>As <see cref="TryMap"/>; false maps nothing.</returns>
    /// <exception cref="ArgumentException">The list is empty.</exception>
    /// <exception cref="InvalidOperationException">The list is mapped already.</exception>
    public bool TryMapSg<TDirection>([MapsMemory] ScatterList list, [MustUnmap] out DmaSgLoan<TDirection> loan, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        where TDirection : struct, IDmaDirection
    {
        ArgumentNullException.ThrowIfNull(list);
        loan = default;
        if (!TryMapList(list, TDirection.Direction, file, line))
            return false;
        loan = new DmaSgLoan<TDirection>(this, list, list.Generation);
        return true;
    }

    /// <summary>Allocates zeroed memory that CPU and device share. Linux: <c>dma_alloc_coherent()</c>.</summary>
    /// <param name="lengthBytes">1 to 4 MiB; rounded up to a power of two of pages inside.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="buffer">The buffer; to be freed by <see cref="FreeCoherent"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>False, and no buffer, when memory or IOVAs have run out or the length exceeds 4 MiB.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    public bool TryAllocCoherent(ulong lengthBytes, Gfp gfp, [MustFree] out CoherentBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        buffer = default;
        var order = OrderOf(lengthBytes);
        if (order > PageAllocator.MaxOrder)
            return false;
        var zone = Mapper.Domain is null && CoherentMask.BitCount <= 32 ? Gfp.Dma32 : Gfp.Atomic;
        var pages = _memory.AllocPages(order, gfp | Gfp.Zero | zone, file, line);
        if (pages.IsNull)
            return false;
        InterruptPoint.Poll();
        if (!Mapper.TryMap(CallingCpu.Index, pages.First.Start, pages.LengthBytes, DmaDirection.Bidirectional, MappingKind.Coherent, file, line, out var iova))
        {
            _memory.FreePages(pages, file, line);
            return false;
        }

        buffer = new CoherentBuffer(new VolatileMemory(_memory.Ram, pages.First.Start, lengthBytes), iova, pages);
        return true;
    }

    /// <summary>Frees what <see cref="TryAllocCoherent"/> gave; the default value is ignored. Linux: <c>dma_free_coherent()</c>, which warns with interrupts off.</summary>
    /// <param name="buffer">The buffer.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The buffer was freed already.</exception>
    [RunsIn(KernelContexts.Task | KernelContexts.Softirq)]
    public void FreeCoherent([Frees] CoherentBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (buffer.IsNull)
            return;
        InterruptPoint.Poll();
        Mapper.Unmap(CallingCpu.Index, buffer.Iova, buffer.Pages.LengthBytes, file, line);
        // The page allocator does not know what its pages were used as; a report about them should.
        Mapper.CheckFreed(buffer.Pages.First.Start, buffer.Pages.LengthBytes, FreedMemoryKind.CoherentBlock, file, line);
        _memory.FreePages(buffer.Pages, file, line);
    }

    /// <summary>The driver has let the device go: whatever it still lends is a leak.</summary>
    internal void DriverUnbound() => Mapper.Debug?.CheckUnbind(Mapper.Device);

    internal bool TryMapList(ScatterList list, DmaDirection direction, string file, int line)
    {
        list.ThrowIfMapped();
        if (list.Count == 0)
            throw new ArgumentException("The list is empty; add memory before mapping it.", nameof(list));
        foreach (ref var entry in list.Entries)
        {
            if (!_memory.TryTranslate(entry.Start, out entry.Physical))
                throw new ArgumentException($"Nothing is mapped at {entry.Start}: the list holds memory that was freed.", nameof(list));
        }

        InterruptPoint.Poll();
        return Mapper.TryMapList(CallingCpu.Index, list, direction, file, line);
    }

    internal void Unmap(LoanKey key, Iova iova, string file, int line)
    {
        InterruptPoint.Poll();
        if (!Loans.TryEnd(key, out var lengthBytes))
        {
            Mapper.ReportStaleLoan(iova, file, line);
            return;
        }

        var cpu = CallingCpu.Index;
        Mapper.Unmap(cpu, iova, lengthBytes, file, line);
        Loans.Recycle(cpu, key);
    }

    internal void Unmap(ScatterList list, uint generation, string file, int line)
    {
        InterruptPoint.Poll();
        if (list.IsMappedAs(generation))
            Mapper.UnmapList(CallingCpu.Index, list, file, line);
        else
            Mapper.ReportStaleLoan(list.RunStart, file, line);
    }

    internal ReadView OpenRead(LoanKey key)
    {
        var memory = Lent(key, out var lengthBytes);
        InterruptPoint.Poll();
        return _memory.OpenRead(memory, lengthBytes);
    }

    internal WriteView OpenWrite(LoanKey key)
    {
        var memory = Lent(key, out var lengthBytes);
        InterruptPoint.Poll();
        return _memory.OpenWrite(memory, lengthBytes);
    }

    internal void SyncForDevice(LoanKey key)
    {
        Lent(key, out _);
        InterruptPoint.Poll();
    }

    private static int OrderOf(ulong lengthBytes) =>
        lengthBytes <= PageSize.CpuBytes ? 0 : BitOperations.Log2((lengthBytes - 1) >> PageSize.CpuShift) + 1;

    [DoesNotReturn]
    private static void ThrowNoMemory(string name) =>
        throw new ArgumentException("The buffer is null or empty; map memory that holds at least one byte.", name);

    // Behind an IOMMU memory may lie anywhere; without one a mask below 32 bits would need bounce buffers.
    private bool IsUsable(DmaMask mask) => mask.BitCount >= 32 || Mapper.Domain is not null;

    private PhysAddr DirectMapped(KernelBuffer buffer)
    {
        if (_memory.RegionOf(buffer.Address) == MemoryRegion.DirectMap && _memory.TryTranslate(buffer.Address, out var start))
            return start;
        throw new ArgumentException(
            $"{buffer} lies in {_memory.RegionOf(buffer.Address)} memory, which must not be mapped by its address. Map kmalloc memory or pages; add vmalloc memory to a ScatterList.",
            nameof(buffer));
    }

    private KernelAddr Lent(LoanKey key, out ulong lengthBytes) => Loans.TryGet(key, out var start, out lengthBytes)
        ? _memory.Layout.ToKernelAddr(start)
        : throw new InvalidOperationException($"The loan of device '{Mapper.Device.Name}' was unmapped already; this is a stale copy of it.");
}
