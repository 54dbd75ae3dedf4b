using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class QueueErrorScenarios
{
    [TestMethod]
    [OnBothMachines(0x0UL, 0x0UL, 3)]
    [OnBothMachines(0xfUL, 0x0UL, 3)]
    [OnBothMachines(0xaUL, 0x0UL, 3)]
    [OnBothMachines(0x01UL, 0x0UL, 4)]
    [OnBothMachines(0x02UL, 0x0UL, 4)]
    [OnBothMachines(0x0011UL | (1UL << 6), 0x0UL, 4)]
    [OnBothMachines(0x0011UL | (1UL << 50), 0x0UL, 4)]
    [OnBothMachines(0x0012UL | (1UL << 8), 0x0UL, 4)]
    [OnBothMachines(0x0012UL | (1UL << 32), 0x0UL, 4)]
    [OnBothMachines(0x0032UL, 1UL << 7, 4)]
    [OnBothMachines(0x0005UL | (1UL << 5) | (1UL << 8), 0x0400_0000UL, 4)]
    [OnBothMachines(0x0005UL | (1UL << 5), 0x0400_0001UL, 4)]
    [OnBothMachines(0x0032UL, 19UL, 4)]
    public void ABadDescriptor_StopsTheQueueThere(MachineKind kind, ulong low, ulong high, int code)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.SubmitAndWait();

        queue.Submit((low, high));

        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");
        Assert.AreEqual(1, queue.Head);
        ShouldReport(kind, queue, (QueueError)code);
    }

    [TestMethod]
    [OnBothMachines(0x26UL, true)]
    [OnBothMachines(0x36UL, true)]
    [OnBothMachines(0x07UL, true)]
    [OnBothMachines(0x17UL, true)]
    [OnBothMachines(0x37UL, true)]
    [OnBothMachines(0x08UL, false)]
    [OnBothMachines(0x09UL, false)]
    [Shows(InvalidationCell.PasidIotlbAll)]
    [Shows(InvalidationCell.PasidIotlbPage)]
    [Shows(InvalidationCell.PasidCacheDomain)]
    [Shows(InvalidationCell.PasidCachePasid)]
    [Shows(InvalidationCell.PasidCacheGlobal)]
    [Shows(InvalidationCell.PasidDeviceTlbOne)]
    [Shows(InvalidationCell.PageGroupResponse)]
    public void ADescriptorOfScalableMode_IsUnknownToALegacyUnit(MachineKind kind, ulong low, bool qemuTakesIt)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();

        queue.Submit((low, 0UL));

        if (Deviations.ScalableDescriptors.On(kind, false, qemuTakesIt))
        {
            scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");
            Assert.IsFalse(queue.HasError);
            return;
        }

        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");
        ShouldReport(kind, queue, QueueError.BadType);
    }

    [TestMethod]
    [OnBothMachines]
    public void BehindABadDescriptor_NothingIsDone(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        var wait = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Scenario.Frame(100), 1));

        queue.Submit((0UL, 0UL), (wait.Low, wait.High));
        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");

        Assert.AreEqual(0, queue.Head);
        scenario.ShouldBeUntouched(Scenario.Frame(100));
    }

    [TestMethod]
    [OnBothMachines]
    public void WhileTheErrorStands_ANewTailChangesNothing(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.Submit((0UL, 0UL));
        Repair(scenario, queue, 0);

        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Scenario.Frame(100), 1)));

        Assert.AreEqual(0, queue.Head);
        scenario.ShouldBeUntouched(Scenario.Frame(100));
    }

    [TestMethod]
    [OnBothMachines]
    public void AfterTheErrorIsCleared_AWrittenTailGoesOn(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.Submit((0UL, 0UL));
        Repair(scenario, queue, 0);
        scenario.Unit.Write32(RegisterOffsets.FaultStatus, 1 << 4);

        queue.SubmitAndWait();

        Assert.AreEqual(2, queue.Head);
        Assert.IsFalse(queue.HasError);
    }

    [TestMethod]
    [OnBothMachines]
    public void ATailBeyondTheQueue_IsAnError(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();

        scenario.Unit.Write64(RegisterOffsets.QueueTail, (ulong)queue.Capacity << 4);

        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");
        Assert.AreEqual(0, queue.Head);
        ShouldReport(kind, queue, QueueError.BadTail);
    }

    [TestMethod]
    [OnBothMachines]
    public void AQueueOutsideMemory_CannotBeFetched(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = new InvalidationQueue(scenario.Unit, new PhysAddr(0x8_0000_0000), 0, Scenario.Frame(100));
        queue.Enable();

        scenario.Unit.Write64(RegisterOffsets.QueueTail, 1 << 4);

        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");
        ShouldReport(kind, queue, QueueError.FetchFailed);
    }

    [TestMethod]
    [OnBothMachines]
    public void AQueueError_RaisesTheFaultEvent(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();

        queue.Submit((0UL, 0UL));
        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");

        Assert.IsTrue(new EventControl(scenario.Unit.Read32(RegisterOffsets.FaultEvent)).Pending);
    }

    [TestMethod]
    [OnBothMachines]
    public void ClearingTheError_TakesThePendingEventBack(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.Submit((0UL, 0UL));
        scenario.Machine.WaitUntil(() => queue.HasError, "FSTS.IQE");

        scenario.Unit.Write32(RegisterOffsets.FaultStatus, 1 << 4);

        Assert.IsFalse(queue.HasError);
        Assert.IsFalse(new EventControl(scenario.Unit.Read32(RegisterOffsets.FaultEvent)).Pending);
    }

    [TestMethod]
    [OnBothMachines]
    public void WithTheQueueOn_TheRegistersInvalidateNothing(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var table = scenario.Translate();
        table.Map(Scenario.Somewhere, Scenario.Frame(1), IommuAccess.ReadWrite);
        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 1);
        scenario.StartQueue();
        table.Map(Scenario.Somewhere, Scenario.Frame(2), IommuAccess.ReadWrite);

        var command = scenario.Unit.IotlbRegisters + RegisterOffsets.IotlbCommandInIotlbRegisters;
        scenario.Unit.Write64(command, new IotlbCommand { Busy = true, Granularity = IotlbGranularity.Global }.Value);

        scenario.ShouldWrite(Scenario.Somewhere, Scenario.Frame(1), 2);
    }

    private static void ShouldReport(MachineKind kind, InvalidationQueue queue, QueueError error) =>
        Assert.AreEqual(Deviations.NoQueueErrorCode.On(kind, error, QueueError.None), queue.Error);

    private static void Repair(Scenario scenario, InvalidationQueue queue, int index)
    {
        var wait = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Scenario.Frame(101), 1));
        var slot = queue.Start + (ulong)(index * InvalidationDescriptor.SizeBytes);
        scenario.Client.StartBatch().Write64(slot, wait.Low).Write64(slot + 8, wait.High).Run();
    }
}
