using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class TranslationTests
{
    [TestMethod]
    [DataRow(3, 0, 0x12_3456_7123UL, 0x1000UL)]
    [DataRow(4, 0, 0x7f12_3456_7123UL, 0x1000UL)]
    [DataRow(3, 1, 0x12_3456_7123UL, 0x20_0000UL)]
    [DataRow(4, 1, 0x7f12_3456_7123UL, 0x20_0000UL)]
    [DataRow(3, 2, 0x12_3456_7123UL, 0x4000_0000UL)]
    [DataRow(4, 2, 0x7f12_3456_7123UL, 0x4000_0000UL)]
    public void APage_IsReached_WithWhatIsLeftOfIt(int levels, int level, ulong iova, ulong size)
    {
        using var fixture = UnitFixture.Started(out _);
        var table = fixture.Attach(UnitFixture.Device, UnitFixture.Domain, levels);
        table.Map(iova, new PhysAddr(0x40_0000_0000), level: level);
        var expected = new TranslatedPage(new PhysAddr(0x40_0000_0000 + (iova % size)), size - (iova % size));
        for (var again = 0; again < 2; again++)
        {
            Assert.IsTrue(fixture.TryTranslate(iova, IommuAccess.Write, out var page));
            Assert.AreEqual(expected, page);
        }

        Assert.AreEqual(1, fixture.Unit.CaptureStatistics().IotlbHits);
    }

    [TestMethod]
    public void TheTopOfTheAddressSpace_IsReached()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0xffff_ffff_f000, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA + 0xfff, 0xffff_ffff_ffff);
        fixture.ShouldReach(UnitFixture.FrameA + 0xfff, 0xffff_ffff_ffff);
        fixture.ShouldFault(FaultReason.AddressBeyondWidth, ulong.MaxValue);
    }

    [TestMethod]
    public void PassThrough_LetsRequestsGoUntranslated()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = 4 });
        fixture.ShouldReach(new PhysAddr(0x1234_5678), 0x1234_5678, IommuAccess.Write);
        Assert.AreEqual(1, fixture.Unit.CaptureStatistics().PassedThrough);
    }

    [TestMethod]
    public void AZeroLengthRead_OfAWriteOnlyPage_SucceedsWhenOffered()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x1000, UnitFixture.FrameA, IommuAccess.Write);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000, IommuAccess.None);
        fixture.ShouldFault(FaultReason.ReadDenied, 0x2000, IommuAccess.None);
    }

    [TestMethod]
    public void AZeroLengthRead_OfAWriteOnlyPage_FaultsWhenNotOffered()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { ZeroLengthRead = false });
        table.Map(0x1000, UnitFixture.FrameA, IommuAccess.Write);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000, IommuAccess.Write);
        fixture.ShouldFault(FaultReason.ReadDenied, 0x1000, IommuAccess.None);
    }

    [TestMethod]
    public void ATranslationThatLeavesRam_IsTheBussBusiness()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(0x1000, new PhysAddr(0xc000_0000));
        fixture.ShouldReach(new PhysAddr(0xc000_0000), 0x1000);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void MoreTranslationsThanTheIotlbHolds_AreAllStillRight(int sets)
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { Caches = new() { Pages4K = new CacheGeometry(sets, 3) } });
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0UL; i < 64; i++)
            {
                table.Map(i << 12, UnitFixture.FrameA + (i << 12));
                fixture.ShouldReach(UnitFixture.FrameA + (i << 12), i << 12);
            }
        }
    }

    [TestMethod]
    public void ManyDomains_UseTheSamePagesApart()
    {
        using var fixture = UnitFixture.Started(out _);
        for (var round = 0; round < 2; round++)
        {
            for (var function = 0; function < 256; function++)
            {
                var source = new Bdf((ushort)(0x0500 + function));
                if (round == 0)
                    fixture.Attach(source, new DomainId((ushort)(100 + (function * 251)))).Map(0x1000, UnitFixture.FrameA + ((ulong)function << 12));
                fixture.ShouldReach(UnitFixture.FrameA + ((ulong)function << 12), 0x1000, source: source);
            }
        }

        Assert.AreEqual(256, fixture.Unit.CaptureStatistics().IotlbHits);
    }
}
