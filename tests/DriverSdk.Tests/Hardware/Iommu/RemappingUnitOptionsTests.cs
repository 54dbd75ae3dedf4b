using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class RemappingUnitOptionsTests
{
    public static IEnumerable<object[]> Refused =>
    [
        [new RemappingUnitOptions { AddressWidth = 57 }, "AddressWidth is 57; use 39 or 48."],
        [new RemappingUnitOptions { HostAddressWidth = 53 }, "HostAddressWidth is 53"],
        [new RemappingUnitOptions { DomainCount = 32 }, "DomainCount is 32"],
        [new RemappingUnitOptions { DomainCount = 4 }, "DomainCount is 4"],
        [new RemappingUnitOptions { LargePages = LargePages.Size1G }, "use None, Size2M, or Size2M together with Size1G"],
        [new RemappingUnitOptions { MaxAddressMask = 17 }, "one invalidation must cover the largest page. Use at least 18"],
        [new RemappingUnitOptions { MaxAddressMask = 8, LargePages = LargePages.Size2M }, "Use at least 9"],
        [new RemappingUnitOptions { MaxAddressMask = 37 }, "use 0 to 36"],
        [new RemappingUnitOptions { FaultRecordCount = 0 }, "FaultRecordCount is 0; use 1 to 8."],
        [new RemappingUnitOptions { FaultRecordCount = 9 }, "FaultRecordCount is 9; use 1 to 8."],
        [new RemappingUnitOptions { IotlbSets = 3 }, "IotlbSets is 3"],
        [new RemappingUnitOptions { ContextCacheEntries = -1 }, "ContextCacheEntries is -1"],
    ];

    [TestMethod]
    [DynamicData(nameof(Refused))]
    public void ContradictoryOptions_AreRefusedWithAReason(RemappingUnitOptions options, string reason)
    {
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => new UnitFixture(options));
        StringAssert.Contains(refusal.Message, reason);
    }

    [TestMethod]
    public void RamBeyondTheHostWidth_IsRefused()
    {
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => new UnitFixture(new RemappingUnitOptions { HostAddressWidth = 36 }, 64UL << 30));
        StringAssert.Contains(refusal.Message, "HostAddressWidth is 36");
    }
}
