using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>The queue's registers, and what stops it besides a bad descriptor.</summary>
[TestClass]
public sealed class QueueRuleTests
{
    private static readonly InvalidationDescriptor Good = InvalidationDescriptor.Of(ContextInvalidation.Global());

    [TestMethod]
    public void ATableModeThatDoesNotExist_StopsTheQueue()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.SetRootTable(TranslationTableMode.Invalid);
        fixture.Submit(Good);
        Assert.AreEqual(QueueError.BadTableMode, fixture.QueueError);
        Assert.AreEqual(0, fixture.QueueHead);
        fixture.SetRootTable(TranslationTableMode.AbortDma);
        fixture.Write32(RegisterOffsets.FaultStatus, new FaultStatus { QueueError = true }.Value);
        fixture.Write64(RegisterOffsets.QueueTail, fixture.Read64(RegisterOffsets.QueueTail));
        Assert.AreEqual(1, fixture.QueueHead, "abort mode is a mode");
    }

    [TestMethod]
    public void AStoppedQueue_CannotBeSwitchedOff()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(new InvalidationDescriptor(0xf, 0));
        fixture.CommandOff(GlobalCommand.QueuedInvalidation);
        Assert.IsTrue(fixture.Status.HasFlag(GlobalCommand.QueuedInvalidation));
    }

    [TestMethod]
    public void AnErrorRecord_KeepsItsReason_WhenTheStatusIsCleared()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(new InvalidationDescriptor(0xf, 0));
        fixture.Write32(RegisterOffsets.FaultStatus, new FaultStatus { QueueError = true }.Value);
        Assert.AreEqual((ulong)QueueError.BadType, fixture.Read64(RegisterOffsets.QueueErrorRecord), "neither ITESID nor ICESID says anything");
    }

    [TestMethod]
    public void ALongerQueue_HasMoreDescriptors()
    {
        using var fixture = new UnitFixture();
        var queue = fixture.AllocateTable();
        var second = fixture.AllocateTable();
        Assert.AreEqual(0x1000UL, second - queue);
        for (var index = 0UL; index < 300; index++)
            fixture.Write(queue + (index * 16), Good.Low);
        fixture.Write64(RegisterOffsets.QueueAddress, new QueueAddress { Queue = queue, SizeOrder = 1 }.Value);
        fixture.Command(GlobalCommand.QueuedInvalidation);
        fixture.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = 300 }.Value);
        Assert.AreEqual(300, fixture.QueueHead);
        fixture.Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = 512 }.Value);
        Assert.AreEqual(QueueError.BadTail, fixture.QueueError);
    }

    [TestMethod]
    public void TheQueueRegisters_KeepTheirFieldsOnly()
    {
        using var fixture = new UnitFixture();
        fixture.Write64(RegisterOffsets.QueueAddress, ulong.MaxValue);
        Assert.AreEqual(0xffff_ffff_ffff_f807UL, fixture.Read64(RegisterOffsets.QueueAddress));
        fixture.Write64(RegisterOffsets.QueueTail, ulong.MaxValue);
        Assert.AreEqual(0x7_fff0UL, fixture.Read64(RegisterOffsets.QueueTail));
        Assert.AreEqual(default, fixture.FaultStatus, "the queue is off");
    }

    [TestMethod]
    public void AMaskedFaultEvent_OfAQueueError_IsWithdrawn_WhenSoftwareClearsTheStatus()
    {
        using var fixture = UnitFixture.Started(out _);
        fixture.Submit(new InvalidationDescriptor(0xf, 0));
        Assert.IsTrue(new EventControl((uint)fixture.Read32(RegisterOffsets.FaultEvent)).Pending);
        fixture.Write32(RegisterOffsets.FaultStatus, new FaultStatus { QueueError = true }.Value);
        Assert.IsFalse(new EventControl((uint)fixture.Read32(RegisterOffsets.FaultEvent)).Pending);
    }

    [TestMethod]
    public void ARegisterInvalidation_WithoutAGranularity_DoesNothing_AndSaysSo()
    {
        const ulong Busy = 1UL << 63;
        using var fixture = new UnitFixture();
        var iotlb = fixture.Unit.ExtendedCapability.IotlbRegistersOffset + RegisterOffsets.IotlbCommandInIotlbRegisters;
        fixture.Write64(RegisterOffsets.ContextCommand, Busy);
        fixture.Write64(iotlb, Busy);
        Assert.AreEqual(0UL, fixture.Read64(RegisterOffsets.ContextCommand), "ICC and CAIG");
        Assert.AreEqual(0UL, fixture.Read64(iotlb), "IVT and IAIG");
        var done = fixture.Unit.CaptureStatistics();
        Assert.AreEqual((0L, 0L), (done.ContextInvalidations, done.IotlbInvalidations));
    }

    [TestMethod]
    [DataRow(0x058UL, DisplayName = "AFLOG")]
    [DataRow(0x064UL, DisplayName = "PMEN")]
    [DataRow(0x070UL, DisplayName = "PHMBASE")]
    [DataRow(0x0c8UL, DisplayName = "PQT")]
    [DataRow(0x0d0UL, DisplayName = "PQA")]
    [DataRow(0x0e0UL, DisplayName = "PECTL")]
    [DataRow(0x400UL, DisplayName = "ECMD")]
    public void ARegisterOfAFeatureNotOffered_ReadsZero(ulong register)
    {
        using var fixture = new UnitFixture();
        fixture.Write32(register, uint.MaxValue);
        Assert.AreEqual(0UL, fixture.Read32(register));
    }
}
