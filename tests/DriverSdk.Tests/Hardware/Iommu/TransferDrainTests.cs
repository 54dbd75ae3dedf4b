using DriverSdk.Contract.Invalidation;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class TransferDrainTests
{
    [TestMethod]
    public void ADrainingInvalidation_CompletesOnlyAfterTheTransferUnderWay()
    {
        using var fixture = UnitFixture.Started(out _);
        var slot = new RequesterSlot();
        fixture.Unit.Watch(slot);
        slot.Enter();
        var software = new Thread(() => fixture.Invalidate(IotlbInvalidation.OfDomain(UnitFixture.Domain, Drain.Writes)));
        software.Start();
        // The invalidation itself is counted before it waits; then it must still be waiting.
        SpinWait.SpinUntil(() => fixture.Unit.CaptureStatistics().IotlbInvalidations == 1);
        Assert.IsFalse(software.Join(5));
        Assert.AreEqual(0UL, fixture.Read(fixture.StatusWord));
        slot.Exit();
        software.Join();
        Assert.AreEqual(1UL, fixture.Read(fixture.StatusWord));
    }

    [TestMethod]
    [DataRow((int)Drain.None, true)]
    [DataRow((int)Drain.Reads, false)]
    public void AnInvalidationThatDrainsNothingOffered_DoesNotWait(int drain, bool offered)
    {
        using var fixture = UnitFixture.Started(out _, new RemappingUnitOptions { DrainsReads = offered });
        var slot = new RequesterSlot();
        fixture.Unit.Watch(slot);
        slot.Enter();
        fixture.Invalidate(IotlbInvalidation.Global((Drain)drain));
        Assert.AreEqual(1UL, fixture.Read(fixture.StatusWord));
    }

    [TestMethod]
    public void ARequesterNoLongerWatched_IsNotWaitedFor()
    {
        using var fixture = UnitFixture.Started(out _);
        var slot = new RequesterSlot();
        fixture.Unit.Watch(slot);
        fixture.Unit.Watch(slot);
        fixture.Unit.Unwatch(slot);
        slot.Enter();
        fixture.Invalidate(IotlbInvalidation.Global());
        Assert.AreEqual(1UL, fixture.Read(fixture.StatusWord));
    }
}
