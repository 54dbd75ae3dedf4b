using System.Runtime.CompilerServices;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;
using CallSite = DriverSdk.Kernel.Debugging.CallSite;

namespace DriverSdk.Tests.Kernel.Memory;

/// <summary>A kernel's memory without the rest of the kernel.</summary>
internal sealed class TestMemory : IDisposable
{
    public const ulong MiB = 1UL << 20;
    public const ulong GiB = 1UL << 30;

    public TestMemory(ulong ramBytes = 64 * MiB, int cpuCount = 2)
    {
        Ram = new PhysicalMemory(new MemoryLayout(ramBytes));
        Kernel = new KernelMemory(Ram, cpuCount, Sites);
    }

    public PhysicalMemory Ram { get; }

    public CallSiteTable Sites { get; } = new();

    public KernelMemory Kernel { get; }

    public PageAllocator Pages => Kernel.Pages;

    public SlabAllocator Slabs => Kernel.Slabs;

    /// <summary>The caller's line as a call site.</summary>
    public CallSite Here([CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => Sites.Intern(file, line);

    /// <summary>Free blocks of each order in one zone, with nothing waiting on a CPU's list.</summary>
    public ulong[] FreeBlocks(MemoryZone zone)
    {
        var perOrder = new ulong[PageAllocator.MaxOrder + 1];
        Pages.DrainCpuLists();
        Pages.CountFreeBlocks(zone, perOrder);
        return perOrder;
    }

    /// <summary>What <see cref="KernelMemory.Vmalloc"/> does once it knows that the caller may sleep.</summary>
    public KernelBuffer Vmalloc(ulong lengthBytes) =>
        Kernel.Areas.TryAlloc(lengthBytes, Here(), out var start) ? new KernelBuffer(Kernel, start, lengthBytes) : default;

    /// <summary>What <see cref="KernelMemory.Vfree"/> does once it knows that the caller may sleep.</summary>
    public void Vfree(KernelBuffer buffer) => Kernel.Areas.Free(buffer.Address, Here());

    public void Dispose()
    {
        Kernel.Dispose();
        Ram.Dispose();
    }
}
