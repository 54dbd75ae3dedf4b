using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Sanitizer;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Debugging;

/// <summary>The merged IOMMU_DEBUG_PAGEALLOC, with the regressions of facts/linux.md 1.5.</summary>
[TestClass]
public sealed class GranuleCountsTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;

    [TestMethod]
    public void PageFreedWhileADomainMapsIt_IsFoundAtFreeAndAtTheNextAllocation()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        var pages = bench.AllocPages(0);
        bench.Device.Dma.TryMapPages<ToDevice>(pages, out var loan);
        bench.Memory.FreePages(pages);
        Assert.AreEqual("DRV1002 a page is freed while an IOMMU domain maps it", bench.Sanitizer.Violations[0].ToString().Split('\n')[0]);
        bench.AllocPages(0);
        Assert.AreEqual("DRV1002 a page is allocated while an IOMMU domain still maps it", bench.Sanitizer.Violations[1].ToString().Split('\n')[0]);
        loan.Unmap();
        bench.Sanitizer.Clear();
        bench.Memory.FreePages(bench.AllocPages(0));
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void FailingMap_UnrollsWithoutUnbalancingACount()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        var block = bench.AllocPages(3).First.Start;
        bench.Domain.Map(new Iova(4 * Page), block, Page, IommuAccess.Read);
        Assert.AreEqual(Errno.AddressInUse, bench.Domain.Map(new Iova(Page), block, 5 * Page, IommuAccess.Read));
        bench.Domain.Unmap(new Iova(4 * Page), Page);
        Assert.AreEqual(0, bench.Sanitizer.Count);
        bench.Memory.FreePages(bench.AllocPages(3));
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }

    [TestMethod]
    public void ShortUnmap_CountsTheTailUpAgain()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        var pages = bench.AllocPages(2);
        bench.Domain.Map(new Iova(Page), pages.First.Start, Page, IommuAccess.Read);
        bench.Domain.Map(new Iova(3 * Page), pages.First.Start + (2 * Page), Page, IommuAccess.Read);
        Assert.AreEqual(Page, bench.Domain.Unmap(new Iova(Page), 3 * Page));
        Assert.AreEqual(0, bench.Sanitizer.Count);
        bench.Memory.FreePages(pages);
        Assert.AreEqual(1, bench.Sanitizer.CountOf("DRV1002"), "the third page is still mapped, the first is not");
    }

    [TestMethod]
    public void UnmapLongerThanAsked_IsToldAndKeepsTheSurplusCounted()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        var pages = bench.AllocPages(9);
        bench.Domain.Map(new Iova(TwoMiB), pages.First.Start, TwoMiB, IommuAccess.Read);
        Assert.AreEqual(TwoMiB, bench.Domain.Unmap(new Iova(TwoMiB), Page));
        Assert.AreEqual("DRV1006 an unmap removed more than was asked, because it met a large entry", bench.Sanitizer.Violations[0].ToString().Split('\n')[0]);
        bench.Memory.FreePages(pages);
        Assert.AreEqual(511, bench.Sanitizer.CountOf("DRV1002"), "Linux's known false reports after an over-long unmap");
    }

    [TestMethod]
    public void MapAtPhysicalZero_IsToldAndNotCounted()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        bench.Domain.Map(new Iova(Page), default, Page, IommuAccess.Read);
        Assert.AreEqual(1, bench.Sanitizer.CountOf("DRV1006"));
    }

    [TestMethod]
    public void MapOfWhatIsNotRam_IsSkippedSilently()
    {
        using var bench = new DmaBench(DmaChecks.GranuleCounts);
        bench.Domain.Map(new Iova(Page), new PhysAddr(0xC000_0000), Page, IommuAccess.Read);
        bench.Domain.Unmap(new Iova(Page), Page);
        Assert.AreEqual(0, bench.Sanitizer.Count);
    }
}
