using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class PermissionScenarios
{
    private const ulong Everything = 0b11;

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    [Shows(FaultReason.WriteDenied)]
    public void AWriteToAReadOnlyPage_IsRefused(MachineKind kind, int levels)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Read);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    [TestMethod]
    [OnBothMachines(3)]
    [OnBothMachines(4)]
    [Shows(FaultReason.ReadDenied)]
    public void AReadFromAWriteOnlyPage_IsRefused(MachineKind kind, int levels)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate(levels).Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Write);

        scenario.TriesToRead(Scenario.Somewhere);

        scenario.ShouldFault(FaultReason.ReadDenied, Scenario.Somewhere, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines]
    public void AReadOnlyPage_CanBeRead(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.Read);
        scenario.Put(Scenario.Frame(2), 3);

        var read = scenario.Reads(Scenario.Somewhere);

        scenario.ShouldNotFault();
        CollectionAssert.AreEqual(Scenario.Marked(3), read);
    }

    [TestMethod]
    [OnBothMachines]
    public void AWriteOnlyPage_CanBeWritten(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.Write);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(2), 3);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void AnEmptyEntryAtAnyLevel_RefusesAWrite(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        Restrict(scenario.Translate(), level, 0);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void AnEmptyEntryAtAnyLevel_RefusesARead(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        Restrict(scenario.Translate(), level, 0);

        scenario.TriesToRead(Scenario.Somewhere);

        scenario.ShouldFault(FaultReason.ReadDenied, Scenario.Somewhere, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void AReadOnlyEntryAboveTheLeaf_RefusesAWrite(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        Restrict(scenario.Translate(), level, 0b01);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    public void AWriteOnlyEntryAboveTheLeaf_RefusesARead(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        Restrict(scenario.Translate(), level, 0b10);

        scenario.TriesToRead(Scenario.Somewhere);

        scenario.ShouldFault(FaultReason.ReadDenied, Scenario.Somewhere, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines]
    public void AllLevelsTogetherDecide_WhenEachDeniesSomethingElse(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Read);
        Weaken(table, 2, 0b10);

        scenario.TriesToRead(Scenario.Somewhere);
        scenario.ShouldFault(FaultReason.ReadDenied, Scenario.Somewhere, IommuAccess.Read);

        scenario.Writes(Scenario.Somewhere, 1);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void AWriteThroughACachedReadOnlyTranslation_IsRefusedAndRecorded(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Read);
        scenario.TriesToRead(Scenario.Somewhere);
        scenario.ShouldNotFault();

        scenario.Writes(Scenario.Somewhere, 1);

        if (Deviations.CachedReadOnlyWrite.On(kind, specification: true, qemu: false))
            scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        else
            scenario.ShouldNotFault();
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    private static void Restrict(IommuPageTable table, int level, ulong permissions)
    {
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        Weaken(table, level, permissions);
    }

    private static void Weaken(IommuPageTable table, int level, ulong permissions)
    {
        var entry = table.ReadEntry(Scenario.Somewhere, level);
        table.SetEntry(Scenario.Somewhere, level, (entry & ~Everything) | permissions);
    }
}
