using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class ContextScenarios
{
    private static readonly PhysAddr BeyondMemory = new(0x8_0000_0000);

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.RootEntryNotPresent)]
    public void ABusWithoutRootEntry_IsRefused(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.RootEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.ContextEntryNotPresent)]
    public void ADeviceWithoutContextEntry_IsRefused(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.Attach(scenario.OtherEdu.Function.Address, Scenario.OtherDomain, scenario.NewTable(4));
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryNotPresent, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(TranslationType.Reserved, 4)]
    [OnBothMachines(TranslationType.WithDeviceTlb, 4)]
    [OnBothMachines(TranslationType.UntranslatedOnly, 2)]
    [OnBothMachines(TranslationType.UntranslatedOnly, 5)]
    [OnBothMachines(TranslationType.UntranslatedOnly, 6)]
    [OnBothMachines(TranslationType.UntranslatedOnly, 9)]
    [Shows(FaultReason.ContextEntryInvalid)]
    public void AContextEntryThatTheUnitCannotServe_IsInvalid(MachineKind kind, object type, int levels)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.NewTable(4);
        var entry = new ContextEntry { IsPresent = true, Type = (TranslationType)type, SecondStageTable = table.Root, Levels = levels, Domain = Scenario.Domain };
        scenario.Tables.SetContext(scenario.Edu.Function.Address, entry);
        scenario.StartTranslation();

        scenario.TriesToRead(Scenario.Somewhere);

        scenario.ShouldFault(FaultReason.ContextEntryInvalid, Scenario.Somewhere, IommuAccess.Read);
    }

    [TestMethod]
    [OnBothMachines]
    public void AFourLevelContext_IsInvalidOnAThreeLevelUnit(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { AddressWidth = 39 });
        scenario.Translate(4);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryInvalid, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void PassThrough_IsInvalidOnAUnitWithoutIt(MachineKind kind)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { Further = ["pt=off"] });
        scenario.Tables.PassThrough(scenario.Edu.Function.Address, Scenario.Domain, 4);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryInvalid, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.RootEntryUnreadable)]
    public void ARootTableOutsideMemory_CannotBeRead(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Unit.SetRootTable(BeyondMemory);
        scenario.Unit.InvalidateEverything();
        scenario.Unit.EnableTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.RootEntryUnreadable, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(FaultReason.ContextEntryUnreadable)]
    public void AContextTableOutsideMemory_CannotBeRead(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.SetRoot(0, BeyondMemory.Value | 1, 0);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryUnreadable, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    [OnBothMachines(3)]
    [Shows(FaultReason.PagingEntryUnreadable)]
    public void APageTableOutsideMemory_CannotBeRead(MachineKind kind, int level)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().SetEntry(Scenario.Somewhere, level, BeyondMemory.Value | 0b11);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.PagingEntryUnreadable, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void ATopTableOutsideMemory_CannotBeRead(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var entry = new ContextEntry { IsPresent = true, SecondStageTable = BeyondMemory, Levels = 4, Domain = Scenario.Domain };
        scenario.Tables.SetContext(scenario.Edu.Function.Address, entry);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        var reason = Deviations.TopTableUnreadable.On(kind, FaultReason.PagingEntryUnreadable, FaultReason.ContextEntryInvalid);
        scenario.ShouldFault(reason, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines(0xfee0_0000UL)]
    [OnBothMachines(0xfeef_f000UL)]
    [Shows(FaultReason.ResultInInterruptRange)]
    public void AMappingIntoTheInterruptRange_IsRefused(MachineKind kind, ulong target)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate().Map(Scenario.Somewhere, new PhysAddr(target), IommuAccess.ReadWrite);

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ResultInInterruptRange, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void FaultProcessingDisabled_HidesAPagingFault(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.NewTable(4);
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.Read);
        var entry = new ContextEntry { IsPresent = true, DisablesFaultRecording = true, SecondStageTable = table.Root, Levels = 4, Domain = Scenario.Domain };
        scenario.Tables.SetContext(scenario.Edu.Function.Address, entry);
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldNotFault();
        scenario.ShouldBeUntouched(Scenario.Frame(1));
    }

    [TestMethod]
    [OnBothMachines]
    public void FaultProcessingDisabled_HidesTheFaultOfAnAbsentContext(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.SetContext(scenario.Edu.Function.Address, new ContextEntry { DisablesFaultRecording = true });
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);

        scenario.ShouldNotFault();
    }

    [TestMethod]
    [OnBothMachines]
    public void FaultProcessingDisabled_HidesOneDeviceOnly(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Tables.SetContext(scenario.Edu.Function.Address, new ContextEntry { DisablesFaultRecording = true });
        scenario.StartTranslation();

        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.ContextEntryNotPresent, Scenario.Somewhere, IommuAccess.Write, scenario.OtherEdu.Function.Address);
    }
}
