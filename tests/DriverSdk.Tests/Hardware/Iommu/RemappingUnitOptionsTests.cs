using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class RemappingUnitOptionsTests
{
    public static IEnumerable<object[]> Refused =>
    [
        [new RemappingUnitOptions { AddressWidth = 56 }, "AddressWidth is 56; use 39, 48 or 57."],
        [new RemappingUnitOptions { HostAddressWidth = 53 }, "HostAddressWidth is 53"],
        [new RemappingUnitOptions { DomainCount = 32 }, "DomainCount is 32"],
        [new RemappingUnitOptions { DomainCount = 4 }, "DomainCount is 4"],
        [new RemappingUnitOptions { LargePages = LargePages.Size1G }, "use None, Size2M, or Size2M together with Size1G"],
        [new RemappingUnitOptions { MaxAddressMask = 17 }, "one invalidation must cover the largest page. Use at least 18"],
        [new RemappingUnitOptions { MaxAddressMask = 8, LargePages = LargePages.Size2M }, "Use at least 9"],
        [new RemappingUnitOptions { MaxAddressMask = 37 }, "use 0 to 36"],
        [new RemappingUnitOptions { FaultRecordCount = 0 }, "FaultRecordCount is 0; use 1 to 8."],
        [new RemappingUnitOptions { FaultRecordCount = 9 }, "FaultRecordCount is 9; use 1 to 8."],
        [Caching(new() { Pages4K = new(3, 3) }), "Pages4K has 3 sets of 3 ways"],
        [Caching(new() { Pages2M = new(1, 0) }), "Pages2M has 1 sets of 0 ways"],
        [Caching(new() { Pages1G = new(0, 1) }), "Pages1G has 0 sets of 1 ways"],
        [Caching(new() { PagingStructures = new(16384, 65536) }), "at most 1048576 entries in all"],
        [Caching(new() { Refusals = new(32768, 1) }), "Refusals has 32768 sets of 1 ways"],
        [Caching(new() { ContextEntries = -1 }), "ContextEntries is -1; use 0 to 65536."],
        [Caching(new() { Seed = 1 }), "Seed is 1 but Replacement is RoundRobin"],
    ];

    private static RemappingUnitOptions Caching(CachePolicy policy) => new() { Caches = policy };

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
