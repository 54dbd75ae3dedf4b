using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

[TestClass]
public sealed class InterruptTwinTests
{
    private const int Tables = 300;
    private const int MessagesPerTable = 40;
    private const int Size = 5;
    private const int EntryCount = 2 << Size;

    [TestMethod]
    [DataRow(false, false, 256)]
    [DataRow(false, true, 8)]
    [DataRow(true, true, 0)]
    public void TheUnit_AgreesWithItsSlowTwin_OnRandomEntriesAndMessages(bool extended, bool compatibility, int cacheEntries)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        using var fixture = new InterruptFixture(new RemappingUnitOptions { ExtendedInterruptMode = extended, InterruptEntryCacheEntries = cacheEntries });
        fixture.SetTable(new InterruptTableAddress { Table = fixture.Table, EntryCount = EntryCount, ExtendedMode = extended });
        fixture.Base.Command(GlobalCommand.InterruptRemapping);
        if (compatibility)
            fixture.Base.Command(GlobalCommand.CompatibilityFormatInterrupts);
        var twin = new NaiveInterruptRemapper(fixture.Base.Memory, fixture.Table.Value, Size, extended, compatibility);
        var seen = new HashSet<int>();
        for (var round = 0; round < Tables; round++)
        {
            for (var index = 0; index < EntryCount; index++)
                fixture.SetEntry(index, RandomEntry(random, extended));
            fixture.Invalidate(InterruptEntryInvalidation.Global());
            for (var message = 0; message < MessagesPerTable; message++)
                seen.Add(Compare(fixture, twin, random, $"seed {seed}, table {round}, message {message}"));
        }

        // The generator must reach what it is there for: success and every fault that a table in RAM can raise.
        CollectionAssert.IsSubsetOf(new[] { 0, 0x20, 0x21, 0x22, 0x24, 0x26 }, seen.ToArray(), $"seed {seed}");
    }

    private static int Compare(InterruptFixture fixture, NaiveInterruptRemapper twin, Random random, string where)
    {
        var requester = (ushort)random.Next(4 * 256);
        var address = 0xfee0_0000UL | ((ulong)random.Next(EntryCount + 4) << 5) | (random.Next(8) == 0 ? 0UL : 0x10) | (random.Next(64) == 0 ? 4u : 0u);
        var data = (uint)random.Next(4);
        if (random.Next(3) == 0)
            address |= 8;
        if (random.Next(8) == 0)
            data |= 1u << random.Next(16, 32);
        var expected = twin.Remap(requester, address, data);
        // Twice: the second answer may come from the cache.
        for (var again = 0; again < 2; again++)
        {
            var verdict = fixture.Send(new InterruptMessage(new PhysAddr(address), data), out var interrupt, new Bdf(requester));
            var what = $"{where}, requester 0x{requester:x}, message 0x{address:x} 0x{data:x}, time {again}";
            Assert.AreEqual(expected.Fault != 0 ? InterruptVerdict.Refused : expected.AsItIs ? InterruptVerdict.Passed : InterruptVerdict.Remapped, verdict, what);
            var record = fixture.Base.Record(0);
            fixture.Base.ClearRecord(0);
            Assert.AreEqual(expected.Recorded, record.IsPending, what);
            if (record.IsPending)
                Assert.AreEqual((expected.Fault, expected.Index), ((int)record.Reason, record.InterruptIndex), what);
            if (verdict != InterruptVerdict.Remapped)
                continue;
            Assert.AreEqual((expected.Destination, expected.Logical, expected.Hint, expected.Vector, expected.Delivery),
                (interrupt.Destination, interrupt.DestinationMode == InterruptDestinationMode.Logical, interrupt.RedirectionHint, interrupt.Vector, (int)interrupt.DeliveryMode), what);
        }

        return expected.Fault;
    }

    // Mostly well-formed, so that each later check is reached as often as the first.
    private static InterruptEntry RandomEntry(Random random, bool extended)
    {
        var low = (ulong)random.NextInt64() & 0x00ff_0ffe;
        low |= random.Next(6) == 0 ? 0 : 1UL;
        low |= (extended ? (ulong)random.NextInt64(1L << 32) : (ulong)random.Next(256) << 8) << 32;
        var high = (uint)random.Next(4 * 256) | ((ulong)random.Next(4) << 16) | ((ulong)random.Next(3) << 18);
        if (random.Next(8) == 0)
            low |= 1UL << random.Next(64);
        if (random.Next(8) == 0)
            high |= 1UL << random.Next(64);
        return new InterruptEntry(low, high);
    }
}
