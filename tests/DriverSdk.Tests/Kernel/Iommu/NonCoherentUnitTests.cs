using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>The kernel on a unit that does not snoop: what it changes, the unit sees, and no table line is found stale.</summary>
[TestClass]
public sealed class NonCoherentUnitTests
{
    private const ulong Page = 4096;
    private const ulong TwoMiB = 2UL << 20;
    private static readonly Iova Start = new(1UL << 30);

    [TestMethod]
    [DataRow(Page)]
    [DataRow(TwoMiB)]
    [DataRow(1UL << 30)]
    [DataRow(TwoMiB + (3 * Page))]
    public void MapAndUnmap_EveryPageSize_IsSeenByTheUnit(ulong lengthBytes)
    {
        using var bench = Bench(out var stale);
        Assert.AreEqual(Errno.Success, bench.Domain.Map(Start, new PhysAddr(1UL << 30), lengthBytes, IommuAccess.Read));
        Assert.AreEqual(new PhysAddr((1UL << 30) + lengthBytes - 1), bench.Reach(Start + (lengthBytes - 1), IommuAccess.Read));
        bench.Domain.Unmap(Start, lengthBytes);
        Assert.IsFalse(bench.Allows(Start, IommuAccess.Read) || bench.Allows(Start + (lengthBytes - 1), IommuAccess.Read));
        Assert.AreEqual(0, stale.Count);
    }

    [TestMethod]
    public void Domain_MadeOfPagesOfAnotherThatEnded_ReachesNothingOfIt()
    {
        using var bench = Bench(out var stale);
        bench.Domain.Map(Start, new PhysAddr(Page), Page, IommuAccess.Read);
        Assert.IsTrue(bench.Allows(Start, IommuAccess.Read));
        for (var turn = 0; turn < 8; turn++)
        {
            bench.Iommu.Detach(DmaBench.Source);
            Assert.AreEqual(Errno.Success, bench.Iommu.Attach(bench.Device, DmaBench.Source));
            Assert.IsFalse(bench.Allows(Start, IommuAccess.Read), $"turn {turn}");
            bench.Domain.Map(new Iova(TwoMiB), new PhysAddr(Page), Page, IommuAccess.Read);
        }

        Assert.AreEqual(0, stale.Count);
    }

    [TestMethod]
    public void Block_AttachedDevice_IsSeenByTheUnit()
    {
        using var bench = Bench(out var stale);
        bench.Domain.Map(Start, new PhysAddr(Page), Page, IommuAccess.Read);
        Assert.IsTrue(bench.Allows(Start, IommuAccess.Read));
        bench.Iommu.Block(DmaBench.Source);
        Assert.IsFalse(bench.Allows(Start, IommuAccess.Read));
        bench.Iommu.Unblock(DmaBench.Source);
        Assert.IsTrue(bench.Allows(Start, IommuAccess.Read));
        Assert.AreEqual(0, stale.Count);
    }

    [TestMethod]
    public void Start_WithoutCachesToWriteBack_SaysSo()
    {
        using var bench = Bench(out _);
        var bus = new SystemBus();
        var unitBase = new PhysAddr(0xFED9_0000);
        bus.Map(new AddressRange<PhysAddr>(unitBase, RegisterOffsets.PageBytes), bench.Unit!);
        var rootPointer = FirmwareTables.Install(bench.Ram, new DmarDescription { Units = [new FirmwareUnit(unitBase) { IncludesAll = true }] });
        var core = new IommuCore(bench.Memory, bench.CallSites, new BootInformation { CpuCount = 1, AcpiRootPointer = rootPointer }, bus);
        StringAssert.Contains(core.Problems.All.Single(), "ECAP.C = 0");
    }

    private static DmaBench Bench(out List<StaleTableRead> stale)
    {
        var bench = new DmaBench(unit: new RemappingUnitOptions { Coherency = TableCoherency.NonCoherent });
        var found = stale = [];
        bench.Unit!.TableMemory!.OnStaleRead = found.Add;
        return bench;
    }
}
