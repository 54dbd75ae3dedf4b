using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InterruptConcurrencyTests
{
    private const int Changes = 5000;
    private const int Senders = 3;

    [TestMethod]
    public void AfterAnInvalidationCompleted_NoNewMessageUsesTheOldEntry()
    {
        using var fixture = InterruptFixture.RemappingExtended();
        SetGeneration(fixture, 0);
        var completed = 0;
        var stale = 0;
        var sent = 0;
        var senders = Enumerable.Range(0, Senders).Select(_ => new Thread(() =>
        {
            for (int floor; (floor = Volatile.Read(ref completed)) < Changes;)
            {
                var verdict = fixture.Send(RemappableMessage.Of(5), out var interrupt);
                if (verdict != InterruptVerdict.Remapped || interrupt.Destination < floor)
                    Interlocked.Increment(ref stale);
                Interlocked.Increment(ref sent);
            }
        })).ToList();
        senders.ForEach(sender => sender.Start());
        for (var generation = 1; generation <= Changes; generation++)
        {
            SetGeneration(fixture, generation);
            fixture.Invalidate(InterruptEntryInvalidation.OfIndex(5));
            Volatile.Write(ref completed, generation);
        }

        senders.ForEach(sender => sender.Join());
        Assert.AreEqual(0, stale, $"of {sent} messages");
        Assert.AreEqual(Changes, fixture.Statistics.Invalidations);
    }

    private static void SetGeneration(InterruptFixture fixture, int generation) =>
        fixture.SetEntry(5, new InterruptEntry { IsPresent = true, ExtendedDestination = (uint)generation, Vector = 0x51 });
}
