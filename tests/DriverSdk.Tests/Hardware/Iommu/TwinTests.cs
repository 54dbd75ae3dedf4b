using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class TwinTests
{
    private const int TreesPerUnit = 1500;

    public static IEnumerable<object[]> Units =>
    [
        [new RemappingUnitOptions()],
        [new RemappingUnitOptions { AddressWidth = 39, HostAddressWidth = 39 }],
        [new RemappingUnitOptions { HostAddressWidth = 46, LargePages = LargePages.Size2M, PassThrough = false }],
        [new RemappingUnitOptions { HostAddressWidth = 52, LargePages = LargePages.None, Caches = new() { Pages4K = new CacheGeometry(1, 3) } }],
        [new RemappingUnitOptions { AddressWidth = 57, Caches = new() { Tags = CacheTags.BySource, PagingStructures = CacheGeometry.OfEntries(4) } }],
        [new RemappingUnitOptions { AddressWidth = 57, CachingMode = true, Caches = CachePolicy.MaximallyStale }],
        [new RemappingUnitOptions { Caches = CachePolicy.MaximallyStale with { Pages4K = CacheGeometry.OfEntries(1), Replacement = CacheReplacement.LeastRecentlyUsed } }],
        [new RemappingUnitOptions { AddressWidth = 57, Caches = CachePolicy.Minimal }],
    ];

    [TestMethod]
    [DynamicData(nameof(Units))]
    public void TheUnit_AgreesWithItsSlowTwin_OnRandomTables(RemappingUnitOptions options)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var fixture = new UnitFixture(options);
        var twin = new NaiveWalker(fixture.Memory, options.AddressWidth, options.HostAddressWidth,
            options.LargePages.HasFlag(LargePages.Size2M), options.LargePages.HasFlag(LargePages.Size1G), options.PassThrough);
        var tables = new RandomTables(fixture, random, options.AddressWidth, options.HostAddressWidth);
        fixture.SetRootTable();
        fixture.EnableQueue();
        fixture.Command(GlobalCommand.Translation);
        var seen = new HashSet<int>();
        for (var tree = 0; tree < TreesPerUnit; tree++)
        {
            fixture.Invalidate(ContextInvalidation.Global());
            fixture.Invalidate(IotlbInvalidation.Global());
            tables.Build();
            foreach (var iova in tables.Probes())
                seen.Add(Compare(fixture, twin, iova, random.Next(2) == 0, $"seed {seed}, tree {tree}"));
        }

        // The generator must reach what it is there for: success and every fault that random tables can raise.
        CollectionAssert.IsSubsetOf(new[] { 0, 1, 2, 3, 4, 5, 6, 7, 9, 0xa, 0xb, 0xc, 0xe }, seen.ToArray(), $"seed {seed}");
    }

    private static int Compare(UnitFixture fixture, NaiveWalker twin, ulong iova, bool write, string where)
    {
        var expected = twin.Translate(fixture.RootTable.Value, RandomTables.Source.Bus, RandomTables.Source.DevFn, iova, write);
        // Twice: the second answer may come from the caches.
        for (var again = 0; again < 2; again++)
        {
            var reached = fixture.TryTranslate(iova, write ? IommuAccess.Write : IommuAccess.Read, out var page, RandomTables.Source);
            var what = $"{where}, iova 0x{iova:x}, {(write ? "write" : "read")}, time {again}";
            Assert.AreEqual(expected.Fault == 0, reached, what);
            var record = fixture.Record(0);
            Assert.AreEqual(!reached && expected.Recorded, record.IsPending, what);
            fixture.ClearRecord(0);
            if (record.IsPending)
                Assert.AreEqual((FaultReason)expected.Fault, record.Reason, what);
            if (!reached)
                continue;
            Assert.AreEqual(expected.Address, page.Address.Value, what);
            if (expected.Left != 0)
                Assert.AreEqual(expected.Left, page.LengthBytes, what);
        }

        return expected.Fault;
    }
}
