using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>Requests that say more than address and direction.</summary>
[TestClass]
public sealed class RequestKindTests
{
    private const ulong Page = 0x1234_5000;

    [TestMethod]
    public void ARequestWithAPasid_IsRefusedInLegacyMode()
    {
        using var fixture = UnitFixture.Started(out var table);
        table.Map(Page, UnitFixture.FrameA);
        ShouldFault(fixture, FaultReason.PasidRequestInLegacyMode, new DmaAttributes { Pasid = new Pasid(5) });
    }

    [TestMethod]
    public void ATranslatedRequest_IsBlocked_WhereTheContextAdmitsNone()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { DeviceTlb = true });
        table.Map(Page, UnitFixture.FrameA);
        ShouldFault(fixture, FaultReason.BlockedByTranslationType, new DmaAttributes { AddressType = RequestAddressType.Translated });
    }

    [TestMethod]
    public void ATranslationRequest_IsBlocked_WhereTheContextAdmitsNone()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { DeviceTlb = true });
        var asks = new DmaAttributes { AddressType = RequestAddressType.TranslationRequest };
        Assert.IsFalse(fixture.Unit.TryAnswer(UnitFixture.Device, new Iova(Page), IommuAccess.Read, asks, out _));
        Assert.AreEqual(FaultReason.BlockedByTranslationType, fixture.Record(0).Reason);
    }

    [TestMethod]
    public void ATranslatedRequest_Passes_WhereTheContextSaysSo()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { DeviceTlb = true });
        fixture.SetContext(UnitFixture.Device,
            new ContextEntry { IsPresent = true, Type = TranslationType.WithDeviceTlb, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        var attributes = new DmaAttributes { AddressType = RequestAddressType.Translated };
        Assert.IsTrue(fixture.Unit.TryTranslate(UnitFixture.Device, new Iova(Page), IommuAccess.Read, attributes, out var page));
        Assert.AreEqual(new PhysAddr(Page), page.Address);
    }

    private static void ShouldFault(UnitFixture fixture, FaultReason reason, in DmaAttributes attributes)
    {
        Assert.IsFalse(fixture.Unit.TryTranslate(UnitFixture.Device, new Iova(Page), IommuAccess.Read, attributes, out _));
        Assert.AreEqual(reason, fixture.Record(0).Reason);
    }
}
