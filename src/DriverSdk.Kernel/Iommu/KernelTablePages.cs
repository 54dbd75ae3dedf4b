using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;
using CallSite = DriverSdk.Kernel.Debugging.CallSite;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Table pages from the kernel's page allocator.</summary>
internal sealed class KernelTablePages : ITablePages
{
    private readonly PageAllocator _pages;
    private readonly CallSite _site;

    public KernelTablePages(PageAllocator pages, CallSiteTable callSites)
    {
        _pages = pages;
        _site = SiteOf(callSites);
    }

    /// <inheritdoc/>
    public bool TryAllocate(out PhysAddr page)
    {
        var found = _pages.TryAllocPages(0, Gfp.Atomic | Gfp.Zero, _site, out var first);
        page = found ? first.Start : default;
        return found;
    }

    /// <inheritdoc/>
    public void Free(PhysAddr page) => _pages.FreePages(Pfn.Containing(page), 0, _site);

    private static CallSite SiteOf(CallSiteTable sites, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0) => sites.Intern(file, line);
}
