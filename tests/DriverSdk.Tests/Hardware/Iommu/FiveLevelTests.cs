using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class FiveLevelTests
{
    private const ulong Last = (1UL << 57) - 4096;
    private static readonly RemappingUnitOptions Wide = new() { AddressWidth = 57 };

    [TestMethod]
    [DataRow(39, 39, (int)TableDepths.ThreeLevels)]
    [DataRow(48, 48, (int)(TableDepths.ThreeLevels | TableDepths.FourLevels))]
    [DataRow(57, 57, (int)(TableDepths.ThreeLevels | TableDepths.FourLevels | TableDepths.FiveLevels))]
    public void TheCapability_SaysWidthAndDepths(int addressWidth, int mgaw, int depths)
    {
        using var fixture = new UnitFixture(new RemappingUnitOptions { AddressWidth = addressWidth });
        Assert.AreEqual(mgaw, fixture.Unit.Capability.MaxGuestAddressWidth);
        Assert.AreEqual((TableDepths)depths, fixture.Unit.Capability.SupportedDepths);
    }

    [TestMethod]
    public void TheLastPageOf57Bits_IsTranslatedCachedAndInvalidated()
    {
        using var fixture = Started(out var table);
        table.Map(Last, UnitFixture.FrameA);
        table.Map(0, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA + 0xfff, Last + 0xfff);
        fixture.ShouldReach(UnitFixture.FrameB, 0);
        table.Map(Last, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA, Last);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(Last), 0));
        fixture.ShouldReach(UnitFixture.FrameB, Last);
        fixture.ShouldFault(FaultReason.AddressBeyondWidth, 1UL << 57);
    }

    [TestMethod]
    public void PagesThatDifferOnlyInTheFifthIndex_AreApart()
    {
        using var fixture = Started(out var table);
        table.Map(1UL << 48, UnitFixture.FrameA);
        table.Map(2UL << 48, UnitFixture.FrameB);
        fixture.ShouldReach(UnitFixture.FrameA, 1UL << 48);
        fixture.ShouldReach(UnitFixture.FrameB, 2UL << 48);
        fixture.ShouldReach(UnitFixture.FrameA, 1UL << 48);
        fixture.ShouldFault(FaultReason.ReadDenied, 3UL << 48);
    }

    [TestMethod]
    public void ALargePageAtTheTopLevels_IsReserved()
    {
        using var fixture = Started(out var table);
        table.Map(0, UnitFixture.FrameA);
        table.Edit(0, 4, entry => entry | (1UL << 7));
        fixture.ShouldFault(FaultReason.PagingEntryReserved, 0);
    }

    [TestMethod]
    [DataRow(57, 4, 1UL << 48, FaultReason.AddressBeyondWidth)]
    [DataRow(57, 3, 1UL << 39, FaultReason.AddressBeyondWidth)]
    [DataRow(48, 5, 0UL, FaultReason.ContextEntryInvalid)]
    [DataRow(57, 6, 0UL, FaultReason.ContextEntryInvalid)]
    public void AContextsDepth_MustBeOffered_AndBoundsItsAddresses(int addressWidth, int levels, ulong address, FaultReason reason)
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { AddressWidth = addressWidth });
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Domain = UnitFixture.Domain, Levels = levels, SecondStageTable = table.Top });
        fixture.ShouldFault(reason, address);
    }

    [TestMethod]
    public void TheKernel_WorksOnAUnitOf57Bits()
    {
        using var bench = new DmaBench(unit: Wide);
        bench.Domain.Map(new Iova(0x5000), new PhysAddr(0x6000), 4096, IommuAccess.Read);
        Assert.AreEqual(new PhysAddr(0x6000), bench.Reach(new Iova(0x5000), IommuAccess.Read));
    }

    private static UnitFixture Started(out TestTable table)
    {
        var fixture = UnitFixture.Started(out _, Wide);
        table = fixture.Attach(UnitFixture.Device, UnitFixture.Domain, levels: 5);
        return fixture;
    }
}
