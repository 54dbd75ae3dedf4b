using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Tests.Suite;

namespace DriverSdk.Qtest.Tests.Scenarios;

[TestClass]
public sealed class QueueScenarios
{
    private const byte Vector = 0x52;

    private static readonly PhysAddr Status = Scenario.Frame(100);

    [TestMethod]
    [OnBothMachines]
    [Shows(InvalidationCell.WaitByStatusWrite)]
    public void AWaitDescriptor_WritesItsStatus(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();

        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status + 4, 0x1234_5678)));
        scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");

        Assert.AreEqual(0x1234_5678u, scenario.Client.Read32(Status + 4));
        scenario.ShouldBeUntouched(Status, 4);
        scenario.ShouldBeUntouched(Status + 8);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(InvalidationCell.WaitByInterrupt)]
    public void AnInterruptingWait_SetsCompletionAndSendsTheMessage(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        ProgramEvent(scenario, mask: 0);

        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");

        Assert.IsTrue(new CompletionStatus(scenario.Unit.Read32(RegisterOffsets.CompletionStatus)).WaitCompleted);
        CollectionAssert.Contains(scenario.Machine.DeliveredInterrupts().ToArray(), new DeliveredInterrupt(0, Vector));
    }

    [TestMethod]
    [OnBothMachines]
    public void AMaskedCompletion_IsPendingUntilTheMaskGoes(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        ProgramEvent(scenario, mask: 1U << 31);
        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");
        var pending = new EventControl(scenario.Unit.Read32(RegisterOffsets.CompletionEvent)).Pending;
        var before = Count(scenario);

        scenario.Unit.Write32(RegisterOffsets.CompletionEvent, 0);

        Assert.IsTrue(pending);
        Assert.AreEqual(0, before);
        Assert.AreEqual(1, Count(scenario));
    }

    [TestMethod]
    [OnBothMachines]
    public void TheCompletionBit_IsClearedByWritingOne(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");

        scenario.Unit.Write32(RegisterOffsets.CompletionStatus, 1);

        Assert.AreEqual(0u, scenario.Unit.Read32(RegisterOffsets.CompletionStatus));
        Assert.IsFalse(new EventControl(scenario.Unit.Read32(RegisterOffsets.CompletionEvent)).Pending);
    }

    [TestMethod]
    [OnDriverSdk("QEMU 7.2 aborts on a wait descriptor with both (facts/vtd.md 5)")]
    [Shows(InvalidationCell.WaitByBoth)]
    public void AWaitWithBothActions_DoesBoth(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();

        queue.Submit(InvalidationDescriptor.Of(new InvalidationWait(WaitActions.StatusWrite | WaitActions.Interrupt, Status, 7)));
        scenario.Machine.WaitUntil(() => queue.Head == 1, "the head to move");

        Assert.AreEqual(7u, scenario.Client.Read32(Status));
        Assert.IsTrue(new CompletionStatus(scenario.Unit.Read32(RegisterOffsets.CompletionStatus)).WaitCompleted);
    }

    [TestMethod]
    [OnBothMachines]
    [Shows(InvalidationCell.WaitAsFence)]
    public void AFencingWait_OrdersTheStatusWrites(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        var fence = InvalidationDescriptor.Of(new InvalidationWait(WaitActions.StatusWrite | WaitActions.Fence, Status, 1));
        var second = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status, 2));

        queue.Submit((fence.Low, fence.High), (second.Low, second.High));
        scenario.Machine.WaitUntil(() => queue.Head == 2, "the head to move");

        Assert.IsFalse(queue.HasError);
        Assert.AreEqual(2u, scenario.Client.Read32(Status));
    }

    [TestMethod]
    [OnBothMachines(0x12_4568_9000UL)]
    [OnBothMachines(0x12_4568_9001UL)]
    [OnBothMachines(0x7fff_ffff_ffff_f001UL)]
    [Shows(InvalidationCell.DeviceTlbOnePage)]
    [Shows(InvalidationCell.DeviceTlbRange)]
    public void ADeviceTlbInvalidation_IsTakenByAUnitThatServesThem(MachineKind kind, ulong range)
    {
        using var scenario = Scenario.On(kind, new QtestIommuOptions { DeviceIotlb = true });
        var queue = scenario.StartQueue();

        queue.SubmitAndWait(((ulong)InvalidationType.DeviceTlb | ((ulong)scenario.Edu.Function.Address.Value << 32), range));

        Assert.AreEqual(2, queue.Head);
    }

    [TestMethod]
    [OnBothMachines(0)]
    [OnBothMachines(1)]
    [OnBothMachines(2)]
    public void TheQueue_WrapsAtItsEnd(MachineKind kind, int sizeOrder)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue(sizeOrder);
        var wait = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status, 5));
        var most = new (ulong, ulong)[queue.Capacity - 1];
        Array.Fill(most, (wait.Low, wait.High));
        queue.Submit(most);
        scenario.Machine.WaitUntil(() => queue.Head == queue.Capacity - 1, "the head to reach the last slot");

        queue.SubmitAndWait();
        queue.SubmitAndWait();

        Assert.AreEqual(1, queue.Head);
    }

    [TestMethod]
    [OnBothMachines]
    public void SwitchingTheQueueOn_BeginsAtItsStart(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var queue = scenario.StartQueue();
        queue.SubmitAndWait();
        queue.SubmitAndWait();
        queue.Disable();

        queue.Enable();

        Assert.AreEqual(0, queue.Head);
        queue.SubmitAndWait();
        Assert.AreEqual(1, queue.Head);
    }

    [TestMethod]
    [OnBothMachines]
    public void DescriptorsWrittenBeforeTheQueueIsOn_AreDoneWhenItComesOn(MachineKind kind)
    {
        using var scenario = Scenario.On(kind);
        var wait = InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status, 9));
        var page = scenario.Tables.AllocatePage();
        scenario.Client.StartBatch().Write64(page, wait.Low).Write64(page + 8, wait.High).Run();
        scenario.Unit.Write64(RegisterOffsets.QueueAddress, page.Value);
        scenario.Unit.Write64(RegisterOffsets.QueueTail, 1 << 4);

        scenario.Unit.SwitchOn(GlobalCommand.QueuedInvalidation);
        scenario.Machine.WaitUntil(() => scenario.Client.Read32(Status) == 9, "the status write");

        Assert.AreEqual(1UL << 4, scenario.Unit.Read64(RegisterOffsets.QueueHead));
    }

    private static int Count(Scenario scenario) => scenario.Machine.DeliveredInterrupts().Count(message => message.Vector == Vector);

    private static void ProgramEvent(Scenario scenario, uint mask)
    {
        var message = Contract.Interrupts.InterruptMessage.To(0, Vector);
        scenario.Unit.Write32(RegisterOffsets.CompletionEvent + EventRegisters.Data, message.Data);
        scenario.Unit.Write32(RegisterOffsets.CompletionEvent + EventRegisters.Address, (uint)message.Address.Value);
        scenario.Unit.Write32(RegisterOffsets.CompletionEvent, mask);
    }
}
