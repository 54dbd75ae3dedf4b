using System.Runtime.CompilerServices;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Memory;

/// <summary>The kernel's memory as drivers use it: allocate, free, find out what lies where.</summary>
/// <remarks>Every allocation remembers the line that made it, so that a report about it can name it.</remarks>
public sealed partial class KernelMemory
{
    private readonly KernelPageTable _table = new();
    private readonly CallSiteTable _callSites;

    internal KernelMemory(PhysicalMemory ram, int cpuCount, CallSiteTable callSites)
    {
        Ram = ram;
        _callSites = callSites;
        Layout = new KernelLayout(ram.Layout);
        Pages = new PageAllocator(ram, cpuCount, callSites);
        Slabs = new SlabAllocator(ram, Pages, cpuCount, callSites);
        Areas = new VmallocAllocator(Pages, _table);
        Stacks = new StackAllocator(this, Pages, _table);
    }

    /// <summary>Where things lie in the kernel's virtual address space.</summary>
    [AnyContext]
    public KernelLayout Layout { get; }

    internal PhysicalMemory Ram { get; }

    internal PageAllocator Pages { get; }

    internal SlabAllocator Slabs { get; }

    internal VmallocAllocator Areas { get; }

    internal StackAllocator Stacks { get; }

    /// <summary>The DMA checks' hook, null while they are off.</summary>
    internal DmaDebug? Debug
    {
        get => Pages.Debug;
        set => Pages.Debug = value;
    }

    /// <summary>Allocates physically contiguous memory from the direct map. Linux: <c>kmalloc()</c>.</summary>
    /// <param name="lengthBytes">1 to 4 MiB. Up to 8 KiB the object shares pages with others of its class.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <returns>The buffer, or the null buffer when memory has run out or the length exceeds 4 MiB.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    [AnyContext]
    [return: MustFree]
    public KernelBuffer Kmalloc(ulong lengthBytes, Gfp gfp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (lengthBytes == 0)
            MemoryThrow.NothingAsked();
        CheckMaySleep(gfp, nameof(Kmalloc), file, line);
        return Slabs.TryAlloc(lengthBytes, gfp, _callSites.Intern(file, line), out var start)
            ? new KernelBuffer(this, Layout.ToKernelAddr(start), lengthBytes)
            : default;
    }

    /// <summary>Frees what <see cref="Kmalloc"/> returned; the null buffer is ignored. Linux: <c>kfree()</c>.</summary>
    /// <param name="buffer">A buffer that begins where the object begins.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <exception cref="InvalidOperationException">No live object begins there; the message names the nearest one, and nothing is changed.</exception>
    [AnyContext]
    public void Kfree([Frees] KernelBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (buffer.IsNull)
            return;
        if (!TryTranslateDirect(buffer.Address, out var start))
            throw MemoryThrow.BadKmallocFree(buffer.Address, RegionOf(buffer.Address));
        Slabs.Free(start, _callSites.Intern(file, line));
    }

    /// <summary>Allocates 2^<paramref name="order"/> contiguous pages. Linux: <c>alloc_pages()</c>.</summary>
    /// <param name="order">0 to 10.</param>
    /// <param name="gfp">With <see cref="Gfp.Kernel"/> only a task that may sleep may call.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <returns>The block, or the null block when memory has run out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order lies outside 0 to 10.</exception>
    [AnyContext]
    [return: MustFree]
    public KernelPages AllocPages(int order, Gfp gfp, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        CheckMaySleep(gfp, nameof(AllocPages), file, line);
        return Pages.TryAllocPages(order, gfp, _callSites.Intern(file, line), out var first) ? new KernelPages(this, first, order) : default;
    }

    /// <summary>Frees what <see cref="AllocPages"/> returned; the null block is ignored. Linux: <c>__free_pages()</c>.</summary>
    /// <param name="pages">The block.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <exception cref="InvalidOperationException">No live block of that order begins there; the message says what does, and nothing is changed.</exception>
    [AnyContext]
    public void FreePages([Frees] KernelPages pages, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (!pages.IsNull)
            Pages.FreePages(pages.First, pages.Order, _callSites.Intern(file, line));
    }

    /// <summary>Allocates virtually contiguous memory from single pages, with a guard page after it. Linux: <c>vmalloc()</c>.</summary>
    /// <param name="lengthBytes">1 byte up; rounded up to pages inside.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <returns>The buffer, or the null buffer when memory or address space has run out.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    [MaySleep]
    [return: MustFree]
    public KernelBuffer Vmalloc(ulong lengthBytes, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (lengthBytes == 0)
            MemoryThrow.NothingAsked();
        CheckMaySleep(Gfp.Kernel, nameof(Vmalloc), file, line);
        return Areas.TryAlloc(lengthBytes, _callSites.Intern(file, line), out var start) ? new KernelBuffer(this, start, lengthBytes) : default;
    }

    /// <summary>Frees what <see cref="Vmalloc"/> returned; the null buffer is ignored. Linux: <c>vfree()</c>.</summary>
    /// <param name="buffer">A buffer that begins where the area begins.</param>
    /// <param name="file">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <param name="line">Filled in by the compiler; a helper may forward its caller's.</param>
    /// <exception cref="InvalidOperationException">No live area begins there; nothing is changed.</exception>
    [MaySleep]
    public void Vfree([Frees] KernelBuffer buffer, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        CheckMaySleep(Gfp.Kernel, nameof(Vfree), file, line);
        if (!buffer.IsNull)
            Areas.Free(buffer.Address, _callSites.Intern(file, line));
    }

    /// <summary>Takes bytes from the current task's stack until the scope is disposed, as a local array of a C function lives until it returns.</summary>
    /// <param name="lengthBytes">1 byte up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is 0.</exception>
    /// <exception cref="InvalidOperationException">The stack has fewer bytes left, or the caller runs on no task with a stack.</exception>
    [AnyContext]
    public KernelStackBuffer StackBuffer(ulong lengthBytes)
    {
        var task = KernelTask.Current;
        if (!Stacks.TryFind(task.Stack.Start, out var stack))
            throw MemoryThrow.NoStack(task.Name);
        return stack.Push(lengthBytes);
    }

    /// <summary>Gives the host memory of the metadata back. Stop every user first.</summary>
    internal void Dispose()
    {
        Pages.Dispose();
        _table.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CheckMaySleep(Gfp gfp, string what, string file, int line)
    {
        if ((gfp & Gfp.Kernel) != 0)
            MightSleep.Check(SleepingCallKind.Allocation, what, "", file, line);
    }
}
