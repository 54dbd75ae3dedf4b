using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>What random tables and sequences showed first, told by itself.</summary>
[TestClass]
public sealed class RandomFindingScenarios
{
    private static readonly Iova Start = new(0x12_4000_0000);

    [TestMethod]
    [OnBothMachines]
    public void ALargePageBesideTheInterruptRange_IsRefusedWhereItReachesIn(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Start, new PhysAddr(0xc000_0000), IommuAccess.ReadWrite, PageSize.Size1G);
        var inside = Start + 0x3ee0_1000;
        scenario.Writes(inside, 1);
        scenario.ShouldFault(FaultReason.ResultInInterruptRange, inside, IommuAccess.Write);

        var beside = Start + 0x1000;
        scenario.Writes(beside, 1);

        if (Deviations.WholePageAtInterrupts.On(kind, FaultReason.None, FaultReason.ResultInInterruptRange) is var reason and not FaultReason.None)
            scenario.ShouldFault(reason, beside, IommuAccess.Write);
        else
            scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines]
    public void APassedThroughRequest_MustFitIntoPhysicalAddresses(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.PassThrough(scenario.Edu.Function.Address, Scenario.Domain, 4);
        scenario.StartTranslation();
        var beyond = new Iova(0x1_0000_0000_0000);

        scenario.Writes(beyond, 1);

        if (Deviations.PassThroughBeyondWidth.On(kind, FaultReason.AddressBeyondWidth, FaultReason.None) is var reason and not FaultReason.None)
            scenario.ShouldFault(reason, beyond, IommuAccess.Write);
        else
            scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines]
    public void AReservedBitBesideFaultProcessingDisable_LeavesNoRecord(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.NewTable(4);
        scenario.Tables.SetContext(scenario.Edu.Function.Address, table.Root.Value | 3, (1UL << 32) | ((ulong)Scenario.Domain.Value << 8) | 2);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        if (Deviations.ReservedContextIsRecorded.On(kind, FaultReason.None, FaultReason.ContextEntryReserved) is var reason and not FaultReason.None)
            scenario.ShouldFault(reason, Scenario.Somewhere, IommuAccess.Write);
        else
            scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines]
    public void ATranslationWhoseContextIsGone_IsServedToNobody(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Start, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Start, Scenario.Frame(1), 1);
        scenario.Tables.SetContext(scenario.Edu.Function.Address, 0, 0);
        scenario.Unit.Issue(ContextInvalidation.Global());

        scenario.Writes(Start, 2);

        if (Deviations.IotlbBeforeContext.On(kind, FaultReason.ContextEntryNotPresent, FaultReason.None) is var reason and not FaultReason.None)
            scenario.ShouldFault(reason, Start, IommuAccess.Write);
        else
            scenario.ShouldNotFault();
    }
}
