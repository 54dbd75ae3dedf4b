using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>RTADDR's table mode and IQA's descriptor width, on a unit that has legacy mode only.</summary>
[TestClass]
public sealed class TableModeScenarios
{
    private const ulong WideDescriptors = 1UL << 11;

    [TestMethod]
    [OnBothMachines(1UL, FaultReason.TableModeInvalid)]
    [OnBothMachines(2UL, FaultReason.TableModeInvalid)]
    [OnBothMachines(3UL, FaultReason.DmaAborted)]
    [Shows(FaultReason.TableModeInvalid)]
    [Shows(FaultReason.DmaAborted)]
    public void ATableModeThatIsNotLegacy_RefusesEveryRequest(MachineKind kind, ulong mode, object reason)
    {
        using var scenario = Scenario.OnNew(kind);
        MappedTables(scenario, mode);

        scenario.Writes(Scenario.Somewhere, 1);

        if (Deviations.TableModeIgnored.On(kind, false, true))
        {
            scenario.ShouldNotFault();
            scenario.ShouldHold(Scenario.Frame(1), 1);
            return;
        }

        scenario.ShouldFault((FaultReason)reason, Scenario.Somewhere, IommuAccess.Write);
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    [TestMethod]
    [OnBothMachines(2UL)]
    [OnBothMachines(3UL)]
    public void ATableMode_CountsOnlyOnceItIsLatched(MachineKind kind, ulong mode)
    {
        using var scenario = Scenario.OnNew(kind);
        MappedTables(scenario, 0);

        scenario.Unit.Write64(RegisterOffsets.RootTableAddress, scenario.Tables.Root.Value | (mode << 10));

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
    }

    [TestMethod]
    [OnBothMachines(2UL)]
    [OnBothMachines(3UL)]
    public void AfterARefusedMode_LegacyTablesTranslateAgain(MachineKind kind, ulong mode)
    {
        using var scenario = Scenario.OnNew(kind);
        MappedTables(scenario, mode);
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.Faults.Take();

        scenario.Unit.SetRootTable(scenario.Tables.Root);
        scenario.Unit.InvalidateEverything();

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheQueue_TakesNothingUnderAnInvalidMode(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        scenario.Unit.SetRootTable(scenario.Tables.Root + (2UL << 10));
        var queue = scenario.StartQueue();

        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Scenario.Frame(100), 7)));

        ShouldStopUnlessIgnored(scenario, queue, Deviations.TableModeIgnored.On(kind, false, true), QueueError.BadTableMode);
    }

    [TestMethod]
    [OnBothMachines]
    public void WideDescriptors_AreNotForALegacyUnit(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);
        var queue = new InvalidationQueue(scenario.Unit, scenario.Tables.AllocatePage(), 0, scenario.Tables.AllocatePage());
        scenario.Unit.Write64(RegisterOffsets.QueueAddress, queue.Start.Value | WideDescriptors);
        scenario.Unit.SwitchOn(GlobalCommand.QueuedInvalidation);

        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Scenario.Frame(100), 7)));

        ShouldStopUnlessIgnored(scenario, queue, Deviations.WideDescriptorsIgnored.On(kind, false, true), QueueError.BadWidth);
    }

    private static void ShouldStopUnlessIgnored(Scenario scenario, InvalidationQueue queue, bool isIgnored, QueueError error)
    {
        if (isIgnored)
        {
            scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");
            Assert.IsFalse(queue.HasError);
            Assert.AreEqual(7u, scenario.Client.Read32(Scenario.Frame(100)));
            return;
        }

        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");
        Assert.AreEqual((0, error), (queue.Head, queue.Error));
        scenario.ShouldBeUntouched(Scenario.Frame(100));
    }

    private static void MappedTables(Scenario scenario, ulong mode)
    {
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.Tables.Attach(scenario.Edu.Function.Address, Scenario.Domain, table);
        scenario.Unit.SetRootTable(scenario.Tables.Root + (mode << 10));
        scenario.Unit.InvalidateEverything();
        scenario.Unit.EnableTranslation();
    }
}
