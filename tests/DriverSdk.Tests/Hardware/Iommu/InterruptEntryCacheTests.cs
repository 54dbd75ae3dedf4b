using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InterruptEntryCacheTests
{
    [TestMethod]
    public void AChangedEntry_IsUsedOnlyAfterTheInvalidation()
    {
        using var fixture = Cached(out var changed);
        fixture.SetEntry(5, changed);
        Assert.AreEqual(0x51, VectorOf(fixture, 5));
        fixture.Invalidate(InterruptEntryInvalidation.OfIndex(5));
        Assert.AreEqual(0x99, VectorOf(fixture, 5));
        Assert.AreEqual(1, fixture.Statistics.Invalidations);
    }

    [TestMethod]
    public void ARemovedEntry_GoesOnWorkingUntilTheInvalidation()
    {
        using var fixture = Cached(out _);
        fixture.SetEntry(5, default);
        Assert.AreEqual(0x51, VectorOf(fixture, 5));
        fixture.Invalidate(InterruptEntryInvalidation.Global());
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(5), 5);
    }

    [TestMethod]
    public void ANotPresentEntry_IsNotCached()
    {
        using var fixture = InterruptFixture.Remapping();
        fixture.ShouldRefuse(FaultReason.InterruptEntryNotPresent, RemappableMessage.Of(6), 6);
        fixture.SetEntry(6, InterruptFixture.Good(vector: 0x61));
        Assert.AreEqual(0x61, VectorOf(fixture, 6));
    }

    [TestMethod]
    public void WithoutACache_AChangedEntryCountsAtOnce()
    {
        using var fixture = Cached(out var changed, new RemappingUnitOptions { InterruptEntryCacheEntries = 0 });
        fixture.SetEntry(5, changed);
        Assert.AreEqual(0x99, VectorOf(fixture, 5));
        Assert.AreEqual(2, fixture.Statistics.EntryReads);
    }

    [TestMethod]
    [DataRow(4, 0, true, DisplayName = "a neighbour")]
    [DataRow(4, 1, false, DisplayName = "a pair")]
    [DataRow(6, 1, true, DisplayName = "the next pair")]
    [DataRow(0, 3, false, DisplayName = "eight")]
    [DataRow(7, 3, false, DisplayName = "eight, by any of them")]
    [DataRow(8, 3, true, DisplayName = "the next eight")]
    [DataRow(0xffff, 15, true, DisplayName = "the upper half of all")]
    [DataRow(0x7fff, 15, false, DisplayName = "the lower half of all")]
    public void AnInvalidationByIndex_DropsTheAlignedGroup(int index, int mask, bool stays)
    {
        using var fixture = Cached(out var changed);
        fixture.SetEntry(5, changed);
        fixture.Invalidate(InterruptEntryInvalidation.OfIndex((ushort)index, mask));
        Assert.AreEqual(stays ? 0x51 : 0x99, VectorOf(fixture, 5));
    }

    [TestMethod]
    public void AMaskAboveTheOffered_StopsTheQueue()
    {
        using var fixture = Cached(out _);
        fixture.Base.Submit(InvalidationDescriptor.Of(InterruptEntryInvalidation.OfIndex(5, 16)));
        Assert.AreEqual(QueueError.ReservedField, fixture.Base.QueueError);
        Assert.AreEqual(0, fixture.Base.QueueHead);
    }

    [TestMethod]
    public void TwoIndexesOfOnePlace_PushEachOtherOut()
    {
        using var fixture = Cached(out var changed, new RemappingUnitOptions { InterruptEntryCacheEntries = 4 });
        fixture.SetEntry(5, changed);
        fixture.SetEntry(9, InterruptFixture.Good(vector: 0x61));
        Assert.AreEqual(0x61, VectorOf(fixture, 9));
        Assert.AreEqual(0x99, VectorOf(fixture, 5));
    }

    [TestMethod]
    public void OtherInvalidations_DropNoInterruptEntry()
    {
        using var fixture = Cached(out var changed);
        fixture.SetEntry(5, changed);
        fixture.Base.Invalidate(IotlbInvalidation.Global());
        fixture.Base.Invalidate(ContextInvalidation.Global());
        Assert.AreEqual(0x51, VectorOf(fixture, 5));
    }

    [TestMethod]
    public void AFillThatAnInvalidationOvertook_IsDropped()
    {
        var cache = new InterruptEntryCache(new RemappingUnitOptions());
        var generation = cache.Generation;
        cache.Invalidate(InterruptEntryInvalidation.Global());
        cache.Fill(5, InterruptFixture.Good(), generation);
        Assert.IsFalse(cache.TryFind(5, out _));
        cache.Fill(5, InterruptFixture.Good(), cache.Generation);
        Assert.IsTrue(cache.TryFind(5, out _));
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(3)]
    [DataRow(1 << 17)]
    public void ASizeThatIsNoPowerOfTwo_IsRefused(int entries)
    {
        var refusal = Assert.ThrowsExactly<ArgumentException>(new RemappingUnitOptions { InterruptEntryCacheEntries = entries }.Check);
        StringAssert.Contains(refusal.Message, $"InterruptEntryCacheEntries is {entries}");
    }

    private static byte VectorOf(InterruptFixture fixture, ushort handle) => fixture.ShouldRemap(RemappableMessage.Of(handle)).Vector;

    // Index 5 is cached with vector 0x51; the entry handed out differs from it in the vector only.
    private static InterruptFixture Cached(out InterruptEntry changed, RemappingUnitOptions? options = null)
    {
        var fixture = InterruptFixture.Remapping(options);
        Assert.AreEqual(0x51, VectorOf(fixture, 5));
        changed = InterruptFixture.Good(vector: 0x99);
        return fixture;
    }
}
