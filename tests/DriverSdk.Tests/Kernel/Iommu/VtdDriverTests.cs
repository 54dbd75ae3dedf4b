using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Sanitizer;
using DriverSdk.Tests.Kernel.Dma;

namespace DriverSdk.Tests.Kernel.Iommu;

[TestClass]
public sealed class VtdDriverTests
{
    [TestMethod]
    public void Start_NobodyAnswersAtTheUnitsAddress_SaysSoAndGoesOn()
    {
        using var bench = DmaBench.WithoutUnit();
        var rootPointer = FirmwareTables.Install(bench.Ram, new DmarDescription { Units = [new FirmwareUnit(new PhysAddr(0xFED9_0000)) { IncludesAll = true }] });
        var core = new IommuCore(bench.Memory, bench.CallSites, new BootInformation { CpuCount = 1, AcpiRootPointer = rootPointer }, new SystemBus());
        StringAssert.StartsWith(core.Problems.All.Single(), "Nobody answers at phys:0xfed90000");
        Assert.IsEmpty(core.Units);
    }

    [TestMethod]
    public void Faults_RefusedAccess_NamesDevicePageAndReason()
    {
        using var bench = new DmaBench(unit: new RemappingUnitOptions { FaultRecordCount = 4 });
        bench.Device.Dma.TryMap<ToDevice>(bench.Kmalloc(4096), out var loan);
        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Write));

        Assert.AreEqual(1, bench.Iommu.Unit!.Faults.ReadAll());
        Assert.AreEqual(0, bench.Iommu.Unit.Faults.ReadAll(), "a record that was read is free again");

        var fault = bench.Iommu.Faults.Snapshot().Single();
        Assert.AreEqual("0000:00:03.0", fault.DeviceName);
        Assert.AreEqual(new Iova(loan.Iova.Value & ~0xfffUL), fault.Page);
        Assert.AreEqual(FaultReason.WriteDenied, fault.Reason);
        StringAssert.StartsWith(fault.ToString(), $"device '0000:00:03.0' was refused a write of {fault.Page}: LGN.2 (0x05): ");
    }

    [TestMethod]
    public void Faults_MoreThanTheUnitRecords_AreCountedAsOverflow()
    {
        using var bench = new DmaBench();
        bench.Iommu.Detach(DmaBench.Source);
        for (ulong page = 1; page < 6; page++)
            Assert.IsFalse(bench.Allows(new Iova(page << 12), IommuAccess.Read));
        bench.Iommu.Unit!.Faults.ReadAll();
        Assert.AreEqual(FaultReason.ContextEntryNotPresent, bench.Iommu.Faults.Snapshot()[0].Reason);
        Assert.IsGreaterThanOrEqualTo(1, bench.Iommu.Faults.TotalCount);
    }

    [TestMethod]
    public void FaultLog_ManyFaults_KeepsTheLast256AndCountsAll()
    {
        using var bench = new DmaBench();
        for (var count = 0; count < 300; count++)
        {
            Assert.IsFalse(bench.Allows(new Iova((ulong)(count + 1) << 12), IommuAccess.Read));
            bench.Iommu.Unit!.Faults.ReadAll();
        }

        Assert.AreEqual(300, bench.Iommu.Faults.TotalCount);
        Assert.AreEqual(256, bench.Iommu.Faults.Snapshot().Count);
        Assert.AreEqual(new Iova(300UL << 12), bench.Iommu.Faults.Snapshot()[^1].Page);
    }

    [TestMethod]
    public void Detach_Device_EndsItsDomain()
    {
        using var bench = new DmaBench();
        bench.Device.Dma.TryMap<ToDevice>(bench.Kmalloc(4096), out var loan);
        Assert.IsTrue(bench.Allows(loan.Iova, IommuAccess.Read));
        bench.Iommu.Detach(DmaBench.Source);
        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Read));
        Assert.IsNull(bench.Iommu.DomainOf(DmaBench.Source));
    }

    [TestMethod]
    [DataRow(39, true, true)]
    [DataRow(48, false, true)]
    [DataRow(48, true, false)]
    public void Unmap_OnEveryKindOfUnit_IsStrict(int addressWidth, bool pageSelective, bool cachingMode)
    {
        using var bench = new DmaBench(DmaChecks.Exact, unit: new RemappingUnitOptions
        {
            AddressWidth = addressWidth,
            PageSelectiveInvalidation = pageSelective,
            CachingMode = cachingMode,
            LargePages = LargePages.Size2M,
            MaxAddressMask = 9,
        });
        var buffer = bench.AllocPages(10).Buffer;
        bench.Device.Dma.TryMap<FromDevice>(buffer, out var loan);
        Assert.IsTrue(bench.Allows(loan.Iova, IommuAccess.Write));
        Assert.IsTrue(bench.Allows(loan.Iova + (buffer.LengthBytes - 1), IommuAccess.Write));
        loan.Unmap();
        Assert.IsFalse(bench.Allows(loan.Iova, IommuAccess.Write));
        Assert.IsFalse(bench.Allows(loan.Iova + (buffer.LengthBytes - 1), IommuAccess.Write));
    }
}
