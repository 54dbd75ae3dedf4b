using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>A translation stays after its table has changed, until an invalidation names it; one that does not name it leaves it.</summary>
[TestClass]
public sealed class CacheScenarios
{
    private static readonly DomainId Stranger = new(77);
    private static readonly Iova Neighbour = Scenario.Somewhere + 0x1000;

    [TestMethod]
    [OnBothMachines]
    public void AnUnmappedPage_StaysReachableWithoutInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);

        table.Unmap(Scenario.Somewhere);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void AMovedPage_IsReachedAtItsOldPlaceWithoutInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);

        table.Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.ReadWrite);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
        scenario.ShouldBeUntouched(Scenario.Frame(2));
    }

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void ANewlyMappedPage_IsReachableAtOnce_WithCachingModeToo(MachineKind kind, bool cachingMode)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { CachingMode = cachingMode });
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void APageThatFaulted_IsReachableOnceMapped_WithoutCachingMode(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.Faults.Take();

        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines(IotlbGranularity.Global)]
    [OnBothMachines(IotlbGranularity.Domain)]
    [OnBothMachines(IotlbGranularity.Page)]
    [Shows(InvalidationCell.IotlbGlobalByRegister)]
    [Shows(InvalidationCell.IotlbDomainByRegister)]
    [Shows(InvalidationCell.IotlbPageByRegister)]
    public void AnIotlbInvalidationByRegister_ForgetsTheTranslation(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind);
        Move(Cached(scenario));

        var done = scenario.Unit.Issue(Of((IotlbGranularity)granularity, Scenario.Domain, Scenario.Somewhere));

        Assert.AreEqual((IotlbGranularity)granularity, done);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 2);
        scenario.ShouldHold(Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines(IotlbGranularity.Global)]
    [OnBothMachines(IotlbGranularity.Domain)]
    [OnBothMachines(IotlbGranularity.Page)]
    [Shows(InvalidationCell.IotlbGlobalByQueue)]
    [Shows(InvalidationCell.IotlbDomainByQueue)]
    [Shows(InvalidationCell.IotlbPageByQueue)]
    public void AnIotlbInvalidationByQueue_ForgetsTheTranslation(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);
        var queue = scenario.StartQueue();
        Move(table);

        queue.SubmitAndWait(Of((IotlbGranularity)granularity, Scenario.Domain, Scenario.Somewhere));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 2);
        scenario.ShouldHold(Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void InvalidatingAnotherDomainByRegister_LeavesTheTranslation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Move(Cached(scenario));

        scenario.Unit.InvalidateIotlb(Stranger);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines(IotlbGranularity.Domain)]
    [OnBothMachines(IotlbGranularity.Page)]
    public void InvalidatingAnotherDomainByQueue_LeavesTheTranslation(MachineKind kind, object granularity)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);
        var queue = scenario.StartQueue();
        Move(table);

        queue.SubmitAndWait(Of((IotlbGranularity)granularity, Stranger, Scenario.Somewhere));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void InvalidatingAnotherPageByRegister_LeavesTheTranslation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        Move(Cached(scenario));

        scenario.Unit.InvalidateIotlb(Scenario.Domain, Neighbour, 0);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void InvalidatingAnotherPageByQueue_LeavesTheTranslation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);
        var queue = scenario.StartQueue();
        Move(table);

        queue.SubmitAndWait(IotlbInvalidation.OfPages(Scenario.Domain, Neighbour, 0));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines(0x0UL, 1, true, true)]
    [OnBothMachines(0x1000UL, 1, true, true)]
    [OnBothMachines(0x7000UL, 3, true, true)]
    [OnBothMachines(0x8000UL, 3, false, false)]
    [OnBothMachines(0x1f_f000UL, 9, true, true)]
    [OnBothMachines(0x10_0000UL, 0, false, true)]
    [OnBothMachines(0x4000_0000UL, 18, false, true)]
    public void APageRange_CoversItsAlignedBlockAndNoMore(MachineKind kind, ulong distance, int mask, bool covered, bool coveredInQemu)
    {
        using var scenario = Scenario.On(kind);
        var start = new Iova(0x12_4000_0000);
        var table = scenario.Translate();
        table.Map(start, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(start, Scenario.Frame(1), 1);
        var queue = scenario.StartQueue();
        table.Map(start, Scenario.Frame(2), IommuAccess.ReadWrite);

        queue.SubmitAndWait(IotlbInvalidation.OfPages(Scenario.Domain, start + distance, mask));

        scenario.ShouldWrite(start, Scenario.Frame(Deviations.PageRangeCompare.On(kind, covered, coveredInQemu) ? 2 : 1), 2);
    }

    [TestMethod]
    [OnBothMachines(0x1000UL)]
    [OnBothMachines(0x1f_f000UL)]
    public void InvalidatingAnyPageOfALargeOne_ForgetsAllOfIt(MachineKind kind, ulong distance)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var start = new Iova(0x12_4560_0000);
        table.Map(start, new PhysAddr(0x0600_0000), IommuAccess.ReadWrite, PageSize.Size2M);
        scenario.ShouldWrite(start, new PhysAddr(0x0600_0000), 1);
        var queue = scenario.StartQueue();
        table.Map(start, new PhysAddr(0x0620_0000), IommuAccess.ReadWrite, PageSize.Size2M);

        queue.SubmitAndWait(IotlbInvalidation.OfPages(Scenario.Domain, start + distance, 0));

        scenario.ShouldWrite(start, new PhysAddr(0x0620_0000), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void ALeafOnlyInvalidation_ForgetsTheLeaf(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);
        var queue = scenario.StartQueue();
        Move(table);

        queue.SubmitAndWait(IotlbInvalidation.OfPages(Scenario.Domain, Scenario.Somewhere, 0, InvalidationHint.LeafOnly));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void TakingAwayWritePermission_NeedsAnInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = Cached(scenario);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Read);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);

        scenario.Unit.InvalidateIotlb(Scenario.Domain, Scenario.Somewhere, 0);
        scenario.Writes(Scenario.Somewhere, 3);

        scenario.ShouldFault(Contract.Faults.FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldHold(Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void ADomainInvalidation_LeavesTheOtherDevicesDomain(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var (first, second) = scenario.TranslateBoth();
        first.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        second.Map(Scenario.Somewhere, Scenario.Frame(3), IommuAccess.ReadWrite);
        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);
        first.Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.ReadWrite);
        second.Map(Scenario.Somewhere, Scenario.Frame(4), IommuAccess.ReadWrite);

        scenario.Unit.InvalidateIotlb(Scenario.Domain);
        scenario.Writes(Scenario.Somewhere, 2);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 2);

        scenario.ShouldHold(Scenario.Frame(2), 2);
        scenario.ShouldHold(Scenario.Frame(3), 2);
        scenario.ShouldBeUntouched(Scenario.Frame(4));
    }

    private static IommuPageTable Cached(Scenario scenario)
    {
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
        return table;
    }

    private static void Move(IommuPageTable table) => table.Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.ReadWrite);

    private static IotlbInvalidation Of(IotlbGranularity granularity, DomainId domain, Iova page) => granularity switch
    {
        IotlbGranularity.Global => IotlbInvalidation.Global(),
        IotlbGranularity.Domain => IotlbInvalidation.OfDomain(domain),
        _ => IotlbInvalidation.OfPages(domain, page, 0),
    };
}
