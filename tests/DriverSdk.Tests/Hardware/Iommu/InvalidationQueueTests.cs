using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InvalidationQueueTests
{
    private static readonly InvalidationDescriptor Good = InvalidationDescriptor.Of(ContextInvalidation.Global());

    [TestMethod]
    [DataRow(0x0UL, 0UL, (int)QueueError.BadType, DisplayName = "type 0")]
    [DataRow(0x6UL, 0UL, (int)QueueError.BadType, DisplayName = "PASID IOTLB in legacy mode")]
    [DataRow(0x7UL, 0UL, (int)QueueError.BadType, DisplayName = "PASID cache in legacy mode")]
    [DataRow(0xfUL, 0UL, (int)QueueError.BadType, DisplayName = "type 15")]
    [DataRow(0x201UL, 0UL, (int)QueueError.BadType, DisplayName = "high type bits")]
    [DataRow(0x01UL, 0UL, (int)QueueError.ReservedField, DisplayName = "context, granularity 0")]
    [DataRow(0x02UL, 0UL, (int)QueueError.ReservedField, DisplayName = "IOTLB, granularity 0")]
    [DataRow(0x51UL, 0UL, (int)QueueError.ReservedField, DisplayName = "context, bit 6")]
    [DataRow(0x11UL, 1UL, (int)QueueError.ReservedField, DisplayName = "context, second quad word")]
    [DataRow(0x112UL, 0UL, (int)QueueError.ReservedField, DisplayName = "IOTLB, bit 8")]
    [DataRow(0x1_0000_0012UL, 0UL, (int)QueueError.ReservedField, DisplayName = "IOTLB, bit 32")]
    [DataRow(0x32UL, 0x80UL, (int)QueueError.ReservedField, DisplayName = "IOTLB, second quad word bit 7")]
    [DataRow(0x32UL, 0x13UL, (int)QueueError.ReservedField, DisplayName = "IOTLB, mask 19 above MAMV 18")]
    [DataRow(0x13UL, 0UL, (int)QueueError.ReservedField, DisplayName = "device TLB, bit 4")]
    [DataRow(0x24UL, 0UL, (int)QueueError.ReservedField, DisplayName = "interrupt entries, bit 5")]
    [DataRow(0x105UL, 0UL, (int)QueueError.ReservedField, DisplayName = "wait, bit 8")]
    [DataRow(0x25UL, 1UL, (int)QueueError.ReservedField, DisplayName = "wait, unaligned status address")]
    public void ABadDescriptor_StopsTheQueueWithTheHeadOnIt(ulong low, ulong high, int expected)
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(Good, new InvalidationDescriptor(low, high), Good);
        Assert.AreEqual(1, fixture.QueueHead);
        Assert.AreEqual((QueueError)expected, fixture.QueueError);
        Assert.AreEqual(new FaultStatus { QueueError = true }, fixture.FaultStatus);
        Assert.AreEqual(1, fixture.Unit.CaptureStatistics().ContextInvalidations);
    }

    [TestMethod]
    [DataRow(0x3UL | (0x100UL << 32), 0x7fff_f001UL, DisplayName = "device TLB")]
    [DataRow(0x4UL, 0UL, DisplayName = "interrupt entries, global")]
    [DataRow(0x14UL | (3UL << 27) | (5UL << 32), 0UL, DisplayName = "interrupt entries, by index")]
    public void WellFormedDescriptorsWithoutWork_AreTaken(ulong low, ulong high)
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(new InvalidationDescriptor(low, high));
        Assert.AreEqual(1, fixture.QueueHead);
        Assert.AreEqual(default, fixture.FaultStatus);
    }

    [TestMethod]
    public void AStoppedQueue_GoesOn_WhenTheErrorIsClearedAndTheTailWrittenAgain()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(new InvalidationDescriptor(0xf, 0), Good);
        fixture.Write64(RegisterOffsets.QueueTail, fixture.Read64(RegisterOffsets.QueueTail));
        Assert.AreEqual(0, fixture.QueueHead, "still stopped");
        fixture.Write(fixture.QueueBase, Good.Low);
        fixture.Write32(RegisterOffsets.FaultStatus, new FaultStatus { QueueError = true }.Value);
        Assert.AreEqual(0, fixture.QueueHead, "clearing alone fetches nothing");
        fixture.Write64(RegisterOffsets.QueueTail, fixture.Read64(RegisterOffsets.QueueTail));
        Assert.AreEqual(2, fixture.QueueHead);
        Assert.AreEqual(default, fixture.FaultStatus);
    }

    [TestMethod]
    public void ATailOutsideTheQueue_IsAnError()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = 256 }.Value);
        Assert.AreEqual(QueueError.BadTail, fixture.QueueError);
        Assert.IsTrue(fixture.FaultStatus.QueueError);
        Assert.AreEqual(0, fixture.QueueHead);
    }

    [TestMethod]
    public void AQueueOutsideRam_CannotBeFetched()
    {
        using var fixture = new UnitFixture();
        fixture.Write64(RegisterOffsets.QueueAddress, new QueueAddress { Queue = new PhysAddr(0x9000_0000) }.Value);
        fixture.Command(GlobalCommand.QueuedInvalidation);
        fixture.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = 1 }.Value);
        Assert.AreEqual(QueueError.FetchFailed, fixture.QueueError);
    }

    [TestMethod]
    public void WideDescriptors_AreRefusedInLegacyMode()
    {
        using var fixture = new UnitFixture();
        fixture.Write64(RegisterOffsets.QueueAddress, new QueueAddress { Queue = fixture.QueueBase, WideDescriptors = true }.Value);
        fixture.Command(GlobalCommand.QueuedInvalidation);
        fixture.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = 2 }.Value);
        Assert.AreEqual(QueueError.BadWidth, fixture.QueueError);
    }

    [TestMethod]
    public void AStatusWriteOutsideRam_IsAnError()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(new PhysAddr(0x9000_0000), 1)));
        Assert.IsTrue(fixture.FaultStatus.QueueError);
        Assert.AreEqual(0, fixture.QueueHead);
    }

    [TestMethod]
    public void AQueueError_RaisesTheFaultEvent()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Write32(RegisterOffsets.FaultEvent + EventRegisters.Data, 0x33);
        fixture.Write32(RegisterOffsets.FaultEvent, 0);
        fixture.Submit(new InvalidationDescriptor(0xf, 0));
        Assert.AreEqual(0x33u, fixture.Messages.Sent.Single().Data);
    }

    [TestMethod]
    public void TheQueue_WrapsAround()
    {
        using var fixture = UnitFixture.Started(out _);
        for (var i = 0; i < 300; i++)
            fixture.Submit(Good);
        Assert.AreEqual(300 % 256, fixture.QueueHead);
        Assert.AreEqual(300, fixture.Unit.CaptureStatistics().ContextInvalidations);
    }

    [TestMethod]
    public void AWait_WritesItsStatusWord()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Write(fixture.StatusWord, ulong.MaxValue);
        fixture.Submit(Good, InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(fixture.StatusWord + 4, 0x1234_5678)));
        Assert.AreEqual(0x1234_5678_ffff_ffffUL, fixture.Read(fixture.StatusWord));
        Assert.IsEmpty(fixture.Messages.Sent);
        Assert.AreEqual(0UL, fixture.Read32(RegisterOffsets.CompletionStatus));
    }

    [TestMethod]
    public void AWait_RaisesTheCompletionEvent_AndAgainOnlyAfterItWasCleared()
    {
        using var fixture = UnitFixture.Started(out _);
        ProgramEvent(fixture);
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        Assert.AreEqual((new PhysAddr(0xfee0_1000), 0x52u), fixture.Messages.Sent.Single());
        Assert.AreEqual(1UL, fixture.Read32(RegisterOffsets.CompletionStatus));
        fixture.Write32(RegisterOffsets.CompletionStatus, 1);
        Assert.AreEqual(0UL, fixture.Read32(RegisterOffsets.CompletionStatus));
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        Assert.HasCount(2, fixture.Messages.Sent);
    }

    [TestMethod]
    public void AWait_DoesBoth()
    {
        using var fixture = UnitFixture.Started(out _);
        ProgramEvent(fixture);
        fixture.Submit(InvalidationDescriptor.Of(
            new InvalidationWait(WaitActions.Interrupt | WaitActions.StatusWrite | WaitActions.Fence | WaitActions.PageDrain, fixture.StatusWord, 9)));
        Assert.AreEqual(9UL, fixture.Read(fixture.StatusWord));
        Assert.HasCount(1, fixture.Messages.Sent);
    }

    [TestMethod]
    public void AMaskedCompletionEvent_WaitsAsPending_AndGoesOutWhenUnmasked()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(InvalidationDescriptor.Of(InvalidationWait.ByInterrupt()));
        Assert.IsEmpty(fixture.Messages.Sent);
        Assert.IsTrue(new EventControl((uint)fixture.Read32(RegisterOffsets.CompletionEvent)).Pending);
        ProgramEvent(fixture);
        Assert.HasCount(1, fixture.Messages.Sent);
    }

    [TestMethod]
    public void WithoutPageSelection_APageInvalidationDropsTheDomain()
    {
        using var fixture = UnitFixture.Started(out var table, new RemappingUnitOptions { PageSelectiveInvalidation = false });
        table.Map(0x1000, UnitFixture.FrameA);
        fixture.ShouldReach(UnitFixture.FrameA, 0x1000);
        table.Map(0x1000, UnitFixture.FrameB);
        fixture.Invalidate(IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(0x7000), 30));
        Assert.AreEqual(default, fixture.FaultStatus);
        fixture.ShouldReach(UnitFixture.FrameB, 0x1000);
    }

    private static void ProgramEvent(UnitFixture fixture)
    {
        fixture.Write32(RegisterOffsets.CompletionEvent + EventRegisters.Data, 0x52);
        fixture.Write32(RegisterOffsets.CompletionEvent + EventRegisters.Address, 0xfee0_1000);
        fixture.Write32(RegisterOffsets.CompletionEvent, 0);
    }
}
