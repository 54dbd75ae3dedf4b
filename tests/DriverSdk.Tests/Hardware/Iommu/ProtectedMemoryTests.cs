using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class ProtectedMemoryTests
{
    private const uint Enable = 0x8000_0000;
    private static readonly RemappingUnitOptions Both = new() { ProtectedLowRegion = true, ProtectedHighRegion = true };

    [TestMethod]
    public void TheRegisters_ShowTheirAlignment()
    {
        using var fixture = new UnitFixture(Both);
        Assert.IsTrue(fixture.Unit.Capability.ProtectedLowRegion && fixture.Unit.Capability.ProtectedHighRegion);
        fixture.Write64(RegisterOffsets.ProtectedLowBase, ulong.MaxValue);
        fixture.Write64(RegisterOffsets.ProtectedHighLimit, ulong.MaxValue);
        Assert.AreEqual(0xffe0_0000_ffe0_0000UL, fixture.Read64(RegisterOffsets.ProtectedLowBase));
        Assert.AreEqual(0x0000_ffff_ffe0_0000UL, fixture.Read64(RegisterOffsets.ProtectedHighLimit));
        fixture.Write32(RegisterOffsets.ProtectedMemoryEnable, uint.MaxValue);
        Assert.AreEqual(0x8000_0001UL, fixture.Read32(RegisterOffsets.ProtectedMemoryEnable));
        fixture.Write32(RegisterOffsets.ProtectedMemoryEnable, 0);
        Assert.AreEqual(0UL, fixture.Read32(RegisterOffsets.ProtectedMemoryEnable));
    }

    [TestMethod]
    public void UntranslatedRequests_AreKeptOut_WithoutARecord()
    {
        using var fixture = Protected();
        foreach (var (address, reaches) in Probes)
            Assert.AreEqual(reaches, fixture.TryTranslate(address, IommuAccess.Read, out _), $"0x{address:x}");
        Assert.AreEqual(default, fixture.FaultStatus);
        fixture.Write32(RegisterOffsets.ProtectedMemoryEnable, 0);
        fixture.ShouldReach(new PhysAddr(0x40_0000), 0x40_0000);
    }

    [TestMethod]
    public void PassThroughRequests_AreKeptOut()
    {
        using var fixture = Protected();
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = 4 });
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        foreach (var (address, reaches) in Probes)
            Assert.AreEqual(reaches, fixture.TryTranslate(address, IommuAccess.Write, out _), $"0x{address:x}");
        Assert.AreEqual(default, fixture.FaultStatus);
    }

    [TestMethod]
    [DynamicData(nameof(Policies))]
    public void PassThroughRequests_AreKeptOut_UnderEveryCachePolicy(object policy)
    {
        using var fixture = Protected((CachePolicy)policy);
        fixture.SetContext(UnitFixture.Device, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = 4 });
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        for (var round = 0; round < 2; round++)
        {
            foreach (var (address, reaches) in Probes)
                Assert.AreEqual(reaches, fixture.TryTranslate(address, IommuAccess.Write, out _), $"0x{address:x} in round {round}");
        }

        Assert.AreEqual(default, fixture.FaultStatus);
    }

    [TestMethod]
    [DynamicData(nameof(Policies))]
    public void TranslatedRequests_GoByTheirTablesAlone(object policy)
    {
        using var fixture = Protected((CachePolicy)policy);
        fixture.Attach(UnitFixture.Device, UnitFixture.Domain).Map(0x1000, new PhysAddr(0x40_0000));
        fixture.SetRootTable();
        fixture.Command(GlobalCommand.Translation);
        fixture.ShouldReach(new PhysAddr(0x40_0000), 0x1000);
    }

    // The low region is the second and third 2 MiB, the high one those at 4 GiB.
    private static IEnumerable<(ulong Address, bool Reaches)> Probes =>
    [
        (0x3f_ffff, true), (0x40_0000, false), (0x7f_ffff, false), (0x80_0000, true),
        (0xffff_ffff, true), (0x1_0000_0000, false), (0x1_001f_ffff, false), (0x1_0020_0000, true),
    ];

    private static IEnumerable<object[]> Policies => [[new CachePolicy()], [CachePolicy.MaximallyStale], [CachePolicy.Minimal]];

    private static UnitFixture Protected(CachePolicy? policy = null)
    {
        var fixture = new UnitFixture(policy is null ? Both : Both with { Caches = policy });
        fixture.Write32(RegisterOffsets.ProtectedLowBase, 0x40_0000);
        fixture.Write32(RegisterOffsets.ProtectedLowLimit, 0x60_0000);
        fixture.Write64(RegisterOffsets.ProtectedHighBase, 0x1_0000_0000);
        fixture.Write64(RegisterOffsets.ProtectedHighLimit, 0x1_0000_0000);
        fixture.Write32(RegisterOffsets.ProtectedMemoryEnable, Enable);
        return fixture;
    }
}
