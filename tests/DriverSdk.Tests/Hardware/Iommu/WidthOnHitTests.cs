using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class WidthOnHitTests
{
    [TestMethod]
    public void ATranslationOfTheSameDomain_IsNotForADeviceWhoseTablesAreNarrower()
    {
        const ulong high = 1UL << 40;
        var narrow = new Bdf(1, 1, 0);
        using var fixture = UnitFixture.Started(out var table);
        table.Map(high, UnitFixture.FrameA);
        fixture.SetContext(narrow, new ContextEntry { IsPresent = true, Domain = UnitFixture.Domain, Levels = 3, SecondStageTable = table.Top });
        fixture.TryTranslate(0x1000, IommuAccess.Read, out _, narrow);
        fixture.ShouldReach(UnitFixture.FrameA, high);

        Assert.IsFalse(fixture.TryTranslate(high, IommuAccess.Read, out _, narrow));
    }
}
