using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class ReservedBitScenarios
{
    [TestMethod]
    [OnBothMachines(0, 11)]
    [OnBothMachines(1, 11)]
    [OnBothMachines(2, 11)]
    [OnBothMachines(3, 11)]
    [OnBothMachines(0, 48)]
    [OnBothMachines(1, 49)]
    [OnBothMachines(2, 50)]
    [OnBothMachines(3, 51)]
    [OnBothMachines(3, 7)]
    [OnBothMachines(0, 62)]
    [OnBothMachines(3, 62)]
    [Shows(FaultReason.PagingEntryReserved)]
    public void AReservedBitOfAPagingEntry_IsRefused(MachineKind kind, int level, int bit)
    {
        using var scenario = Scenario.On(kind);
        SetBit(scenario, level, bit);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryReserved, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    [TestMethod]
    [OnBothMachines(0, 2)]
    [OnBothMachines(0, 3)]
    [OnBothMachines(0, 5)]
    [OnBothMachines(0, 6)]
    [OnBothMachines(0, 7)]
    [OnBothMachines(0, 8)]
    [OnBothMachines(0, 9)]
    [OnBothMachines(0, 10)]
    [OnBothMachines(0, 52)]
    [OnBothMachines(0, 61)]
    [OnBothMachines(0, 63)]
    [OnBothMachines(1, 8)]
    [OnBothMachines(2, 9)]
    [OnBothMachines(3, 10)]
    [OnBothMachines(1, 52)]
    [OnBothMachines(3, 63)]
    public void AnIgnoredBitOfAPagingEntry_ChangesNothing(MachineKind kind, int level, int bit)
    {
        using var scenario = Scenario.On(kind);
        SetBit(scenario, level, bit);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines(1, 12)]
    [OnBothMachines(1, 20)]
    [OnBothMachines(2, 12)]
    [OnBothMachines(2, 29)]
    public void AnAddressBitBelowALargePage_IsRefused(MachineKind kind, int level, int bit)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        var size = level == 1 ? PageSize.Size2M : PageSize.Size1G;
        table.Map(Aligned(size), new PhysAddr(0), IommuAccess.ReadWrite, size);
        table.SetEntry(Scenario.Somewhere, level, table.ReadEntry(Scenario.Somewhere, level) | (1UL << bit));

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void ADeniedPermission_IsReportedBeforeAReservedBit(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.SetEntry(Scenario.Somewhere, 0, Scenario.Frame(1).Value | 0b01 | (1UL << 11));

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void AReservedBitAbove_IsReportedBeforeADeniedPermissionBelow(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        SetBit(scenario, 2, 11).Unmap(Scenario.Somewhere);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnEmptyEntry_HasNoReservedBits(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().SetEntry(Scenario.Somewhere, 0, Scenario.Frame(1).Value | (1UL << 11));

        scenario.TriesToRead(Scenario.Somewhere);

        scenario.ShouldFault(FaultReason.ReadDenied, Scenario.Somewhere, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines(false, 1)]
    [OnBothMachines(false, 11)]
    [OnBothMachines(false, 48)]
    [OnBothMachines(true, 0)]
    [OnBothMachines(true, 63)]
    [Shows(FaultReason.RootEntryReserved)]
    public void AReservedBitOfARootEntry_IsRefused(MachineKind kind, bool high, int bit)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        var root = scenario.Client.Read64(scenario.Tables.Root);
        scenario.Tables.SetRoot(0, root | (high ? 0 : 1UL << bit), high ? 1UL << bit : 0);
        scenario.Unit.InvalidateEverything();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.RootEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(false, 4)]
    [OnBothMachines(false, 11)]
    [OnBothMachines(false, 48)]
    [OnBothMachines(true, 7)]
    [OnBothMachines(true, 24)]
    [OnBothMachines(true, 63)]
    [Shows(FaultReason.ContextEntryReserved)]
    public void AReservedBitOfAContextEntry_IsRefused(MachineKind kind, bool high, int bit)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        AddToContext(scenario, high ? 0 : 1UL << bit, high ? 1UL << bit : 0);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryReserved, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(6)]
    public void AnIgnoredBitOfAContextEntry_ChangesNothing(MachineKind kind, int highBit)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        AddToContext(scenario, 0, 1UL << highBit);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    private static Iova Aligned(PageSize size) => new(Scenario.Somewhere.Value & ~size.OffsetMask);

    private static IommuPageTable SetBit(Scenario scenario, int level, int bit)
    {
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        table.SetEntry(Scenario.Somewhere, level, table.ReadEntry(Scenario.Somewhere, level) | (1UL << bit));
        return table;
    }

    private static void AddToContext(Scenario scenario, ulong low, ulong high)
    {
        var at = scenario.Tables.ContextAddress(scenario.Edu.Function.Address);
        var old = scenario.Client.StartBatch().Read64(at).Read64(at + 8).Run();
        scenario.Tables.SetContext(scenario.Edu.Function.Address, old[0] | low, old[1] | high);
        scenario.Unit.InvalidateEverything();
    }
}
