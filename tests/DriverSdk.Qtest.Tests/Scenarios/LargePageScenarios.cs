using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class LargePageScenarios
{
    private static readonly PhysAddr Large = new(0x0600_0000);

    [TestMethod]
    [OnBothMachines(3, 0x0UL)]
    [OnBothMachines(4, 0x1f_f008UL)]
    [OnBothMachines(4, 0x10_0ff0UL)]
    [OnDriverSdk("QEMU 7.2 has no five-level second-stage tables", 5, 0x1f_fff8UL)]
    public void APageOf2MiB_MapsEveryOffset(MachineKind kind, int levels, ulong offset)
    {
        using var scenario = levels == 5 ? Scenario.On(kind, new() { AddressWidth = 57 }) : Scenario.On(kind);
        var start = new Iova(0x12_4560_0000);
        scenario.Translate(levels).Map(start, Large, IommuAccess.ReadWrite, PageSize.Size2M);

        scenario.ShouldWrite(start + offset, Large + offset, 1);
    }

    [TestMethod]
    [OnBothMachines(3, 0x0600_0000UL)]
    [OnBothMachines(4, 0x0712_3458UL)]
    [OnBothMachines(4, 0x0fff_fff8UL)]
    public void APageOf1GiB_MapsEveryOffset(MachineKind kind, int levels, ulong offset)
    {
        using var scenario = Scenario.On(kind);
        var start = new Iova(0x12_4000_0000);
        scenario.Translate(levels).Map(start, new PhysAddr(0), IommuAccess.ReadWrite, PageSize.Size1G);

        scenario.ShouldWrite(start + offset, new PhysAddr(offset), 1);
    }

    [TestMethod]
    [OnBothMachines]
    public void PagesOfAllSizes_LieSideBySide(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(new Iova(0x40_0000_0000), Scenario.Frame(1), IommuAccess.ReadWrite);
        table.Map(new Iova(0x40_0020_0000), Large, IommuAccess.ReadWrite, PageSize.Size2M);
        table.Map(new Iova(0x40_4000_0000), new PhysAddr(0), IommuAccess.ReadWrite, PageSize.Size1G);

        scenario.ShouldWrite(new Iova(0x40_0000_0008), Scenario.Frame(1) + 8, 1);
        scenario.ShouldWrite(new Iova(0x40_0030_0008), Large + 0x10_0008, 2);
        scenario.ShouldWrite(new Iova(0x40_4000_0000 + 0x0400_2008), Scenario.Frame(2) + 8, 3);
    }

    [TestMethod]
    [OnBothMachines(false)]
    [OnBothMachines(true)]
    public void ALargePage_HasPermissionsToo(MachineKind kind, bool oneGiB)
    {
        using var scenario = Scenario.On(kind);
        var iova = new Iova(0x12_4000_0000);
        var size = oneGiB ? PageSize.Size1G : PageSize.Size2M;
        scenario.Translate().Map(iova, new PhysAddr(0), IommuAccess.Read, size);
        var target = new Iova(iova.Value + 0x1000);

        scenario.Writes(target, 1);

        scenario.ShouldFault(Contract.Faults.FaultReason.WriteDenied, target, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void ASmallPageInPlaceOfALargeOne_IsUsedAfterInvalidation(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var iova = new Iova(0x12_4560_3000);
        table.EntryAddress(iova, 0);
        var smaller = table.ReadEntry(iova, 1);
        table.Map(new Iova(0x12_4560_0000), Large, IommuAccess.ReadWrite, PageSize.Size2M);
        scenario.ShouldWrite(iova, Large + 0x3000, 1);

        table.SetEntry(iova, 1, smaller);
        table.Map(iova, Scenario.Frame(3), IommuAccess.ReadWrite);
        scenario.Unit.InvalidateIotlb(Scenario.Domain);

        scenario.ShouldWrite(iova, Scenario.Frame(3), 2);
        scenario.ShouldHold(Large + 0x3000, 1);
    }
}
