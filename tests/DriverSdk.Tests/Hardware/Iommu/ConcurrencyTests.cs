using System.Diagnostics;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class ConcurrencyTests
{
    private const int MaxEdits = 6000;
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);
    private const int Pages = 4;
    private static readonly PhysAddr FirstFrame = new(0x100_0000);

    [TestMethod]
    public void AfterAnInvalidationCompleted_NoTranslationReturnsTheOldFrame_AndNoTransferIsStillInIt()
    {
        using var fixture = UnitFixture.Started(out var table);
        var shared = new SharedState();
        fixture.SetContext(new Bdf(2, 0, 0), new() { IsPresent = true, Domain = UnitFixture.Domain, Levels = 4, SecondStageTable = table.Top });
        MapAll(table, 0);
        var slots = new[] { new RequesterSlot(), new RequesterSlot() };
        var errors = new string?[2];
        var devices = slots.Select((slot, i) => new Thread(() => errors[i] = RunDevice(fixture, shared, slot, new Bdf(i + 1, 0, 0)))).ToArray();
        foreach (var slot in slots)
            fixture.Unit.Watch(slot);
        foreach (var device in devices)
            device.Start();
        var clock = Stopwatch.StartNew();
        for (var version = 1; version <= MaxEdits && clock.Elapsed < LongEnough; version++)
        {
            MapAll(table, version);
            fixture.Invalidate(version % 3 == 0 ? IotlbInvalidation.OfDomain(UnitFixture.Domain) : IotlbInvalidation.OfPages(UnitFixture.Domain, new Iova(0), 2));
            Volatile.Write(ref shared.Completed, version);
        }

        Volatile.Write(ref shared.Completed, int.MaxValue);
        foreach (var device in devices)
            device.Join();
        Assert.IsNull(errors[0]);
        Assert.IsNull(errors[1]);
        Assert.IsGreaterThan(100, fixture.Unit.CaptureStatistics().IotlbHits, "the devices must have used the IOTLB");
    }

    // The frame says which edit it belongs to. What was completed before the translation began must be seen by it, and what completes while the transfer
    // is still in its slot must not have replaced the frame: an invalidation that drains cannot complete then.
    private static string? RunDevice(UnitFixture fixture, SharedState shared, RequesterSlot slot, Bdf source)
    {
        for (var i = 0UL; ; i = (i + 1) % Pages)
        {
            slot.Enter();
            var before = Volatile.Read(ref shared.Completed);
            var reached = fixture.TryTranslate(i << 12, IommuAccess.Write, out var page, source);
            Thread.SpinWait(20);
            var after = Volatile.Read(ref shared.Completed);
            slot.Exit();
            if (before == int.MaxValue)
                return null;
            if (!reached)
                return $"{source} was refused after {before} edits";
            var seen = (int)((page.Address - FirstFrame) >> 12) - (int)i;
            if (seen < before)
                return $"{source} got frame {seen} after edit {before} had completed";
            if (after != int.MaxValue && seen < after)
                return $"{source} was still in frame {seen} when edit {after} completed";
        }
    }

    private static void MapAll(TestTable table, int version)
    {
        for (var i = 0UL; i < Pages; i++)
            table.Map(i << 12, FirstFrame + ((ulong)version << 12) + (i << 12));
    }

    private sealed class SharedState
    {
        public int Completed;
    }
}
