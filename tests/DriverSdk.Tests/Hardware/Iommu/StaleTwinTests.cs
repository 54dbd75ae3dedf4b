using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>The maximally stale policy against its twin: what it serves after any edits and invalidations is known exactly.</summary>
[TestClass]
public sealed class StaleTwinTests
{
    private const int Sequences = 150;
    private const int Steps = 120;
    private const int TableCount = 10;
    private static readonly Bdf[] Sources = [new(1, 0, 0), new(1, 0, 3), new(2, 4, 0)];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void TheMaximallyStalePolicy_IsPredictedByItsTwin_OverRandomSequences(bool cachingMode)
    {
        var seed = Random.Shared.Next();
        var random = new Random(seed);
        var seen = new HashSet<int>();
        for (var sequence = 0; sequence < Sequences; sequence++)
            RunSequence(random, cachingMode, seen, $"seed {seed}, sequence {sequence}");
        CollectionAssert.IsSubsetOf(new[] { 0, 2, 5, 6, 0xb, 0xc, 0xe }, seen.ToArray(), $"seed {seed}");
    }

    private static void RunSequence(Random random, bool cachingMode, HashSet<int> seen, string where)
    {
        using var fixture = new UnitFixture(new RemappingUnitOptions { CachingMode = cachingMode, Caches = CachePolicy.MaximallyStale });
        var twin = new NaiveStaleUnit(fixture.Memory, fixture.RootTable.Value, cachingMode);
        var tables = Enumerable.Range(0, TableCount).Select(_ => fixture.AllocateTable()).ToArray();
        foreach (var source in Sources)
            EditContext(fixture, random, tables, source);
        for (var i = 0; i < 4 * TableCount; i++)
            EditTable(fixture, random, tables);
        fixture.SetRootTable();
        fixture.EnableQueue();
        fixture.Command(GlobalCommand.Translation);
        for (var step = 0; step < Steps; step++)
        {
            switch (random.Next(10))
            {
                case 0 or 1:
                    EditTable(fixture, random, tables);
                    break;
                case 2 when random.Next(3) == 0:
                    EditContext(fixture, random, tables, Sources[random.Next(Sources.Length)]);
                    break;
                case 3:
                    Invalidate(fixture, twin, random);
                    break;
                case 4 when random.Next(2) == 0:
                    InvalidateContexts(fixture, twin, random);
                    break;
                default:
                    seen.Add(Compare(fixture, twin, random, $"{where}, step {step}"));
                    break;
            }
        }
    }

    private static int Compare(UnitFixture fixture, NaiveStaleUnit twin, Random random, string where)
    {
        var source = Sources[random.Next(Sources.Length)];
        var iova = RandomAddress(random) | (uint)random.Next(4096);
        var write = random.Next(2) == 0;
        var expected = twin.Translate(source.Value, iova, write);
        var reached = fixture.TryTranslate(iova, write ? IommuAccess.Write : IommuAccess.Read, out var page, source);
        var what = $"{where}: {source} {(write ? "writes" : "reads")} 0x{iova:x}";
        Assert.AreEqual((FaultReason)expected.Fault, reached ? FaultReason.None : fixture.Record(0).Reason, what);
        fixture.ClearRecord(0);
        if (reached)
            Assert.AreEqual((expected.Address, expected.Left), (page.Address.Value, page.LengthBytes), what);
        return expected.Fault;
    }

    private static void EditTable(UnitFixture fixture, Random random, PhysAddr[] tables)
    {
        var target = random.Next(12) switch
        {
            0 => 0xfee0_0080UL,
            1 => 0xc000_0080UL,
            2 => 0x4000_0080UL,
            3 => 0x40_0080UL,
            4 => ((ulong)(uint)random.Next(8) << 21) | 0x80,
            _ => tables[random.Next(TableCount)].Value,
        };
        var access = random.Next(6) switch { 0 => 0UL, 1 => 1UL, 2 => 2UL, _ => 3UL };
        var reserved = random.Next(12) == 0 ? 1UL << 11 : 0;
        fixture.Write(tables[random.Next(TableCount)] + (8 * IndexOf(random)), target | access | reserved);
    }

    private static void EditContext(UnitFixture fixture, Random random, PhysAddr[] tables, Bdf source)
    {
        var entry = new ContextEntry
        {
            IsPresent = random.Next(5) != 0,
            Domain = new DomainId((ushort)random.Next(1, 3)),
            Levels = 4,
            SecondStageTable = tables[random.Next(TableCount)],
        };
        fixture.SetContext(source, random.Next(8) == 0 ? entry with { Low = entry.Low | 0x10 } : entry);
    }

    private static void Invalidate(UnitFixture fixture, NaiveStaleUnit twin, Random random)
    {
        var domain = random.Next(0, 3);
        var granularity = random.Next(8) switch { 0 => IotlbGranularity.Global, 1 or 2 => IotlbGranularity.Domain, _ => IotlbGranularity.Page };
        var order = random.Next(3) == 0 ? random.Next(19) : 0;
        var page = RandomAddress(random);
        var hint = (InvalidationHint)random.Next(2);
        fixture.Invalidate(new IotlbInvalidation(granularity, new DomainId((ushort)domain), new Iova(page), order, hint, Drain.All));
        if (granularity == IotlbGranularity.Global)
            twin.DropAll();
        else if (granularity == IotlbGranularity.Domain)
            twin.DropDomain(domain);
        else
            twin.DropPages(domain, page & ~((4096UL << order) - 1), 4096UL << order, hint == InvalidationHint.LeafOnly);
    }

    private static void InvalidateContexts(UnitFixture fixture, NaiveStaleUnit twin, Random random)
    {
        var domain = random.Next(0, 3);
        var source = Sources[random.Next(Sources.Length)];
        var mask = random.Next(2) == 0 ? FunctionMask.All : FunctionMask.None;
        switch (random.Next(3))
        {
            case 0:
                fixture.Invalidate(ContextInvalidation.Global());
                twin.DropContexts((_, _) => true);
                break;
            case 1:
                fixture.Invalidate(ContextInvalidation.OfDomain(new DomainId((ushort)domain)));
                twin.DropContexts((_, of) => of == domain);
                break;
            default:
                fixture.Invalidate(ContextInvalidation.OfDevice(new DomainId((ushort)domain), source, mask));
                twin.DropContexts((other, of) => of == domain && (other == source.Value || (mask == FunctionMask.All && other / 8 == source.Value / 8)));
                break;
        }
    }

    // Few addresses, so that edits, invalidations and accesses meet.
    private static ulong RandomAddress(Random random) =>
        (IndexOf(random) << 39) | (IndexOf(random) << 30) | (IndexOf(random) << 21) | (IndexOf(random) << 12);

    private static ulong IndexOf(Random random) => random.Next(3) switch { 0 => 0UL, 1 => 1UL, _ => 511UL };
}
