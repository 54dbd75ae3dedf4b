using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class FaultRecordingScenarios
{
    private const byte Vector = 0x51;

    private static readonly Iova Elsewhere = Scenario.Somewhere + 0x5000;

    [TestMethod]
    [OnBothMachines]
    public void ARecord_NamesThePageAndNotTheOffset(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate();

        scenario.Writes(Scenario.Somewhere + 0x123, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void ARecord_NamesTheRequester(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.TranslateBoth();

        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write, scenario.OtherEdu.Function.Address);
    }

    [TestMethod]
    [OnBothMachines]
    public void TheStatus_ShowsAPendingFaultUntilItsRecordIsCleared(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate();
        Assert.AreEqual(0u, scenario.Unit.FaultStatus);

        scenario.Writes(Scenario.Somewhere, 1);
        var pending = new FaultStatus(scenario.Unit.FaultStatus);
        scenario.Unit.Write64(scenario.Unit.FaultRecords + 8, 1UL << 63);

        Assert.IsTrue(pending.Pending);
        Assert.AreEqual(0, pending.FirstRecord);
        Assert.AreEqual(0u, scenario.Unit.FaultStatus);
    }

    [TestMethod]
    [OnBothMachines]
    public void WritingTheStatus_DoesNotClearThePendingBit(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate();
        scenario.Writes(Scenario.Somewhere, 1);

        scenario.Unit.Write32(RegisterOffsets.FaultStatus, 0b10);

        Assert.IsTrue(new FaultStatus(scenario.Unit.FaultStatus).Pending);
    }

    [TestMethod]
    [OnBothMachines]
    public void ASecondFaultOfTheSameDevice_IsCollapsed(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.Translate();

        scenario.Writes(Scenario.Somewhere, 1);
        scenario.TriesToRead(Elsewhere);

        Assert.IsFalse(scenario.Faults.HasOverflowed);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void ASecondFaultOfAnotherDevice_OverflowsTheOnlyRecord(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.TranslateBoth();

        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Elsewhere, 1);

        Assert.IsTrue(scenario.Faults.HasOverflowed);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        Assert.IsFalse(scenario.Faults.HasOverflowed);
    }

    [TestMethod]
    [OnBothMachines]
    public void WhileTheOverflowStands_NothingIsRecorded(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.TranslateBoth();
        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Elsewhere, 1);
        scenario.Unit.Write64(scenario.Unit.FaultRecords + 8, 1UL << 63);

        scenario.Writes(Elsewhere, 1);

        Assert.IsEmpty(scenario.Faults.Peek());
        scenario.Unit.Write32(RegisterOffsets.FaultStatus, 1);
        scenario.Writes(Elsewhere, 1);
        scenario.ShouldFault(FaultReason.WriteDenied, Elsewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnBothMachines]
    public void AClearedRecord_IsUsedAgain(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        scenario.TranslateBoth();
        scenario.Writes(Scenario.Somewhere, 1);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);

        Scenario.Writes(scenario.OtherEdu, Elsewhere, 1);

        scenario.ShouldFault(FaultReason.WriteDenied, Elsewhere, IommuAccess.Write, scenario.OtherEdu.Function.Address);
    }

    [TestMethod]
    [OnBothMachines]
    public void AnUnmaskedFault_SendsTheEventMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        ProgramEvent(scenario);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent, 0);
        scenario.Translate();

        scenario.Writes(Scenario.Somewhere, 1);

        CollectionAssert.Contains(scenario.Machine.DeliveredInterrupts().ToArray(), new DeliveredInterrupt(0, Vector));
        Assert.IsFalse(Control(scenario).Pending);
    }

    [TestMethod]
    [OnBothMachines]
    public void AMaskedFault_IsPendingUntilTheMaskGoes(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        ProgramEvent(scenario);
        scenario.Translate();

        scenario.Writes(Scenario.Somewhere, 1);
        var masked = Control(scenario);
        var before = scenario.Machine.DeliveredInterrupts().Count(message => message.Vector == Vector);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent, 0);

        Assert.IsTrue(masked is { Masked: true, Pending: true });
        Assert.AreEqual(0, before);
        Assert.AreEqual(1, scenario.Machine.DeliveredInterrupts().Count(message => message.Vector == Vector));
        Assert.IsFalse(Control(scenario).Pending);
    }

    [TestMethod]
    [OnBothMachines]
    public void ClearingTheFault_TakesThePendingEventBack(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        ProgramEvent(scenario);
        scenario.Translate();
        scenario.Writes(Scenario.Somewhere, 1);

        scenario.Faults.Take();
        var pending = Control(scenario).Pending;
        scenario.Unit.Write32(RegisterOffsets.FaultEvent, 0);

        Assert.IsFalse(pending);
        Assert.AreEqual(0, scenario.Machine.DeliveredInterrupts().Count(message => message.Vector == Vector));
    }

    [TestMethod]
    [OnBothMachines]
    public void ASecondFaultBeforeTheFirstIsCleared_SendsNoSecondMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        ProgramEvent(scenario);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent, 0);
        scenario.TranslateBoth();

        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Elsewhere, 1);

        Assert.AreEqual(1, scenario.Machine.DeliveredInterrupts().Count(message => message.Vector == Vector));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheMask_IsSetAfterPowerOn(MachineKind kind)
    {
        using var scenario = Scenario.OnNew(kind);

        Assert.AreEqual(new EventControl { Masked = true }.Value, Control(scenario).Value);
    }

    private static EventControl Control(Scenario scenario) => new(scenario.Unit.Read32(RegisterOffsets.FaultEvent));

    private static void ProgramEvent(Scenario scenario)
    {
        var message = InterruptMessage.To(0, Vector);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent + EventRegisters.Data, message.Data);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent + EventRegisters.Address, (uint)message.Address.Value);
        scenario.Unit.Write32(RegisterOffsets.FaultEvent + EventRegisters.UpperAddress, 0);
    }
}
