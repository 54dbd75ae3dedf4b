using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Table pages for a unit that does not snoop: their zeros are in memory before an entry can point to them. Linux: <c>iommu_pages_start_incoherent()</c>.</summary>
/// <param name="pages">Where the pages come from.</param>
/// <param name="caches">The CPUs' caches.</param>
internal sealed class WrittenBackTablePages(ITablePages pages, ICpuCaches caches) : ITablePages
{
    /// <inheritdoc/>
    public bool TryAllocate(out PhysAddr page)
    {
        if (!pages.TryAllocate(out page))
            return false;
        caches.WriteBack(page, PageSize.CpuBytes);
        return true;
    }

    /// <inheritdoc/>
    public void Free(PhysAddr page) => pages.Free(page);
}
