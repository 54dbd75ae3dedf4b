using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class FaultLogTests
{
    private static readonly Bdf First = new(2, 0, 0);
    private static readonly Bdf Second = new(3, 0, 0);
    private static readonly Bdf Third = new(4, 0, 0);

    [TestMethod]
    public void ASecondRequester_OverflowsOneRecord_AndTheFirstFaultIsKept()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First, Second);
        Assert.AreEqual(new FaultStatus { Overflow = true, Pending = true }, fixture.FaultStatus);
        Assert.AreEqual(First, fixture.Record(0).Source);
    }

    [TestMethod]
    public void AfterOverflow_NothingIsRecorded_UntilItIsCleared()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First, Second);
        fixture.ClearRecord(0);
        Fault(fixture, Third);
        Assert.IsFalse(fixture.Record(0).IsPending);
        fixture.Write32(RegisterOffsets.FaultStatus, new FaultStatus { Overflow = true }.Value);
        Fault(fixture, Third);
        Assert.AreEqual(Third, fixture.Record(0).Source);
        Assert.AreEqual(new FaultStatus { Pending = true }, fixture.FaultStatus);
    }

    [TestMethod]
    public void FaultsOfOneRequester_AreTakenAsKnown_WhileOneIsPending()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { FaultRecordCount = 4 });
        Fault(fixture, First, First, First, Second);
        Assert.AreEqual(First, fixture.Record(0).Source);
        Assert.AreEqual(Second, fixture.Record(1).Source);
        Assert.IsFalse(fixture.Record(2).IsPending);
        Assert.IsFalse(fixture.FaultStatus.Overflow);
    }

    [TestMethod]
    public void Records_FillInTurn_AndFriNamesTheOneThatWasPendingFirst()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { FaultRecordCount = 2 });
        Fault(fixture, First);
        fixture.ClearRecord(0);
        Fault(fixture, Second, Third);
        Assert.AreEqual(new FaultStatus { Pending = true, FirstRecord = 1 }, fixture.FaultStatus);
        Assert.AreEqual(Second, fixture.Record(1).Source);
        Assert.AreEqual(Third, fixture.Record(0).Source);
    }

    [TestMethod]
    public void PendingStatus_IsTheOrOfAllRecords_AndCannotBeWritten()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { FaultRecordCount = 8 });
        Fault(fixture, First, Second);
        fixture.Write32(RegisterOffsets.FaultStatus, uint.MaxValue);
        fixture.ClearRecord(0);
        Assert.IsTrue(fixture.FaultStatus.Pending);
        fixture.ClearRecord(1);
        Assert.IsFalse(fixture.FaultStatus.Pending);
    }

    [TestMethod]
    public void WritingZeroToF_ClearsNothing()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First);
        fixture.Write64(fixture.Unit.Capability.FaultRecordsOffset + 8, 0);
        Assert.IsTrue(fixture.Record(0).IsPending);
    }

    [TestMethod]
    public void ARecord_IsReadAndClearedByHalves()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First);
        var place = fixture.Unit.Capability.FaultRecordsOffset;
        Assert.AreEqual((uint)First.Value, (uint)fixture.Read32(place + 8) & 0xffff);
        fixture.Write32(place + 8, uint.MaxValue);
        Assert.IsTrue(fixture.Record(0).IsPending, "the lower half holds no F");
        fixture.Write32(place + 12, 0x8000_0000);
        Assert.IsFalse(fixture.Record(0).IsPending);
    }

    [TestMethod]
    public void AFault_SendsTheProgrammedMessage_Once()
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { FaultRecordCount = 4 });
        ProgramEvent(fixture);
        fixture.Write32(RegisterOffsets.FaultEvent, 0);
        Fault(fixture, First, Second);
        CollectionAssert.AreEqual(new[] { (new PhysAddr(0x1_fee0_3000), 0x41u) }, fixture.Messages.Sent.ToArray());
    }

    [TestMethod]
    public void AMaskedFaultEvent_WaitsAsPending_AndGoesOutWhenUnmasked()
    {
        using var fixture = UnitFixture.Started(out _);
        ProgramEvent(fixture);
        Assert.IsTrue(Control(fixture).Masked, "reset masks");
        Fault(fixture, First);
        Assert.AreEqual(new EventControl { Masked = true, Pending = true }, Control(fixture));
        Assert.IsEmpty(fixture.Messages.Sent);
        fixture.Write32(RegisterOffsets.FaultEvent, 0);
        Assert.HasCount(1, fixture.Messages.Sent);
        Assert.AreEqual(default, Control(fixture));
    }

    [TestMethod]
    public void AMaskedFaultEvent_IsWithdrawn_WhenSoftwareClearsTheStatus()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First);
        fixture.ClearRecord(0);
        Assert.IsFalse(Control(fixture).Pending);
        fixture.Write32(RegisterOffsets.FaultEvent, 0);
        Assert.IsEmpty(fixture.Messages.Sent);
    }

    [TestMethod]
    public void TheEventComesAgain_AfterTheStatusWasCleared()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Write32(RegisterOffsets.FaultEvent, 0);
        Fault(fixture, First);
        fixture.ClearRecord(0);
        Fault(fixture, Second);
        Assert.HasCount(2, fixture.Messages.Sent);
    }

    [TestMethod]
    public void RecordsNotOffered_ReadZero()
    {
        using var fixture = UnitFixture.Started(out _);
        Fault(fixture, First, Second);
        Assert.AreEqual(default, fixture.Record(1));
        Assert.AreEqual(1, fixture.Unit.Capability.FaultRecordCount);
    }

    private static EventControl Control(UnitFixture fixture) => new((uint)fixture.Read32(RegisterOffsets.FaultEvent));

    private static void ProgramEvent(UnitFixture fixture)
    {
        fixture.Write32(RegisterOffsets.FaultEvent + EventRegisters.Data, 0x41);
        fixture.Write32(RegisterOffsets.FaultEvent + EventRegisters.Address, 0xfee0_3003);
        fixture.Unit.Write(RegisterOffsets.FaultEvent + EventRegisters.UpperAddress, 1, AccessWidth.DoubleWord);
    }

    private static void Fault(UnitFixture fixture, params Bdf[] sources)
    {
        foreach (var source in sources)
            Assert.IsFalse(fixture.TryTranslate(0x1000, IommuAccess.Read, out _, source));
    }
}
