using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

/// <summary>A unit with four fault records: they fill one after another, and the next one in order decides whether a fault is lost.</summary>
[TestClass]
public sealed class SeveralRecordsScenarios
{
    private const string OneRecord = "QEMU's unit has one fault record";
    private const int RecordCount = 4;

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void TheNumberOfRecords_IsAnnounced(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);

        Assert.AreEqual(RecordCount, scenario.Unit.FaultRecordCount);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void FaultsOfTwoDevices_FillTheRecordsInOrder(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);

        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);

        CollectionAssert.AreEqual(
            (Bdf[])[scenario.Edu.Function.Address, scenario.OtherEdu.Function.Address, default, default],
            Enumerable.Range(0, RecordCount).Select(index => scenario.Faults.Read(index).Source).ToArray());
        Assert.AreEqual(0, Status(scenario).FirstRecord);
        Assert.IsFalse(scenario.Faults.HasOverflowed);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void TheFirstRecordsIndex_GoesRoundAsFaultsAreTaken(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);

        var first = new List<int>();
        for (var fault = 0; fault < RecordCount + 2; fault++)
        {
            scenario.Writes(Scenario.Somewhere, 1);
            first.Add(Status(scenario).FirstRecord);
            scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
        }

        CollectionAssert.AreEqual((int[])[0, 1, 2, 3, 0, 1], first);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void AFaultIsLost_WhenTheNextRecordIsStillFull_ThoughOthersAreFree(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);
        scenario.Writes(Scenario.Somewhere, 1);
        for (var record = 1; record < RecordCount; record++)
        {
            Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);
            Clear(scenario, record);
        }

        var before = scenario.Faults.HasOverflowed;
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere + 0x1000, 1);

        Assert.IsFalse(before);
        Assert.IsTrue(scenario.Faults.HasOverflowed);
        scenario.ShouldFault(FaultReason.WriteDenied, Scenario.Somewhere, IommuAccess.Write);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void WhileTheOverflowStands_AFreeRecordIsNotUsed(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);
        Overflow(scenario);

        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);
        var during = scenario.Faults.Peek().Count;
        Clear(scenario, 0);
        scenario.Unit.Write32(RegisterOffsets.FaultStatus, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);

        Assert.AreEqual(1, during);
        Assert.IsTrue(scenario.Faults.Read(0) is { IsPending: true } record && record.Source == scenario.OtherEdu.Function.Address);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void ClearingOneOfTwoRecords_LeavesTheStatusPending(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);
        scenario.Writes(Scenario.Somewhere, 1);
        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);

        Clear(scenario, 0);
        var afterOne = Status(scenario).Pending;
        Clear(scenario, 1);

        Assert.IsTrue(afterOne);
        Assert.AreEqual(0u, scenario.Unit.FaultStatus & 0xff);
    }

    [TestMethod]
    [OnDriverSdk(OneRecord)]
    public void ARecordBehindTheLast_ReadsZero(MachineKind kind)
    {
        using var scenario = WithFourRecords(kind);

        Assert.AreEqual(new FaultRecord(0, 0), scenario.Faults.Read(RecordCount));
    }

    private static FaultStatus Status(Scenario scenario) => new(scenario.Unit.FaultStatus);

    private static void Clear(Scenario scenario, int record) =>
        scenario.Unit.Write64(scenario.Unit.FaultRecords + (ulong)(record * FaultRecord.SizeBytes) + 8, 1UL << 63);

    private static void Overflow(Scenario scenario)
    {
        scenario.Writes(Scenario.Somewhere, 1);
        for (var record = 1; record < RecordCount; record++)
        {
            Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);
            Clear(scenario, record);
        }

        Scenario.Writes(scenario.OtherEdu, Scenario.Somewhere, 1);
        Assert.IsTrue(scenario.Faults.HasOverflowed);
    }

    private static Scenario WithFourRecords(MachineKind kind)
    {
        var scenario = Scenario.On(kind, new QtestIommuOptions { Further = [$"emu-fault-records={RecordCount}"] });
        scenario.TranslateBoth();
        return scenario;
    }
}
