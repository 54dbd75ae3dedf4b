using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>What a domain asks the unit to forget, and when: read from the descriptors in RAM with numbers of their own.</summary>
[TestClass]
public sealed class InvalidationOrderTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;

    [TestMethod]
    public void Unmap_SomeLeavesOfATable_SaysThatOnlyLeavesChanged()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(Page), 8 * Page, IommuAccess.Read);
        bench.Domain.Unmap(new Iova(TwoMiB), 4 * Page);
        Assert.AreEqual((2UL, 1UL), LastRequest(bench));
    }

    [TestMethod]
    public void Unmap_WholeTable_SaysThatMoreThanLeavesChanged()
    {
        using var bench = new DmaBench();
        bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(Page), TwoMiB, IommuAccess.Read);
        var tables = bench.Domain.CountTables();
        bench.Domain.Unmap(new Iova(TwoMiB), TwoMiB);
        Assert.AreEqual(tables - 1, bench.Domain.CountTables());
        Assert.AreEqual((2UL, 0UL), LastRequest(bench));
    }

    [TestMethod]
    public void Unmap_WholeTable_IsFreedAfterTheInvalidation()
    {
        using var bench = new DmaBench();
        var pages = new WatchedPages(bench);
        Assert.IsTrue(pages.TryAllocate(out var root));
        var domain = new IommuDomain(DomainType.Unmanaged, bench.Iommu.Unit!.Features, bench.Ram, pages, root, 2);
        Assert.AreEqual(Errno.Success, domain.AddUnit(bench.Iommu.Unit));
        Assert.AreEqual(Errno.Success, domain.Map(new Iova(TwoMiB), new PhysAddr(Page), TwoMiB, IommuAccess.Read));
        var before = bench.Unit!.CaptureStatistics().IotlbInvalidations;

        domain.Unmap(new Iova(TwoMiB), TwoMiB);

        CollectionAssert.AreEqual(new[] { before + 1 }, pages.InvalidationsAtFree);
    }

    [TestMethod]
    [DataRow(true, 1L)]
    [DataRow(false, 0L)]
    public void Map_OnAUnitThatCachesHoles_Invalidates(bool cachingMode, long expected)
    {
        using var bench = new DmaBench(unit: new RemappingUnitOptions { CachingMode = cachingMode });
        var before = bench.Unit!.CaptureStatistics().IotlbInvalidations;
        bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(Page), Page, IommuAccess.Read);
        Assert.AreEqual(expected, bench.Unit.CaptureStatistics().IotlbInvalidations - before);
    }

    // A request is followed by its wait: the last request stands two descriptors of 16 bytes before the tail, in a queue of one page. Type in bits 3:0, hint in bit 70.
    private static (ulong Type, ulong Hint) LastRequest(DmaBench bench)
    {
        var queue = bench.Unit!.Read(0x90, DriverSdk.Contract.Ports.AccessWidth.QuadWord) & ~0xfffUL;
        var tail = bench.Unit.Read(0x88, DriverSdk.Contract.Ports.AccessWidth.QuadWord);
        var place = queue + ((tail + 4096 - 32) % 4096);
        Assert.IsTrue(bench.Ram.TryReadEntry(new PhysAddr(place), out var low));
        Assert.IsTrue(bench.Ram.TryReadEntry(new PhysAddr(place + 8), out var high));
        return (low & 0xf, (high >> 6) & 1);
    }

    private sealed class WatchedPages(DmaBench bench) : ITablePages
    {
        public List<long> InvalidationsAtFree { get; } = [];

        public bool TryAllocate(out PhysAddr page)
        {
            page = bench.AllocPages(0).First.Start;
            bench.Ram.Span(page, 4096).Clear();
            return true;
        }

        public void Free(PhysAddr page) => InvalidationsAtFree.Add(bench.Unit!.CaptureStatistics().IotlbInvalidations);
    }
}
