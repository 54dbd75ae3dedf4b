using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Benchmarks;

/// <summary>
/// What does a device's request cost in the remapping unit? A hit in the IOTLB, beside a bare direct-mapped software TLB; a miss (walk, checks and fill), beside a
/// bare 4-level walk over the same tables; a pass-through; and a page-selective invalidation with its wait through the queue, as a driver submits it.
/// Each figure is per request; none may allocate.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class TranslationBenchmarks
{
    private const int Requests = 4096;
    private const int HotPages = 1024;
    private const int AllPages = 65536;
    private const ulong Top = 0x10_0000;
    private const ulong Queue = 0x20_0000;
    private static readonly Bdf Translated = new(1, 0, 0);
    private static readonly Bdf PassedThrough = new(1, 1, 0);
    private static readonly PhysAddr Status = new(0x30_0000);
    private readonly ulong[] _hot = new ulong[Requests];
    private readonly ulong[] _cold = new ulong[Requests];
    private readonly ulong[] _bareTags = new ulong[AllPages];
    private readonly ulong[] _bareFrames = new ulong[AllPages];
    private PhysicalMemory _memory = null!;
    private RemappingUnit _unit = null!;
    private int _tail;

    /// <summary>Builds the tables in RAM and programs the unit.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _memory = new PhysicalMemory(new MemoryLayout(1UL << 30));
        _unit = new RemappingUnit(_memory, new RemappingUnitOptions(), new NoMessages());
        Map();
        Attach(Translated, new ContextEntry { IsPresent = true, Domain = new DomainId(1), Levels = 4, SecondStageTable = new PhysAddr(Top) });
        Attach(PassedThrough, new ContextEntry { IsPresent = true, Domain = new DomainId(2), Levels = 4, Type = TranslationType.PassThrough });
        _unit.Write(RegisterOffsets.RootTableAddress, 0x1000, AccessWidth.QuadWord);
        _unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.SetRootTablePointer, AccessWidth.DoubleWord);
        _unit.Write(RegisterOffsets.QueueAddress, Queue, AccessWidth.QuadWord);
        _unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.QueuedInvalidation, AccessWidth.DoubleWord);
        _unit.Write(RegisterOffsets.GlobalCommand, (uint)(GlobalCommand.QueuedInvalidation | GlobalCommand.Translation), AccessWidth.DoubleWord);
        var random = new Random(1);
        for (var i = 0; i < Requests; i++)
        {
            _hot[i] = (ulong)random.Next(HotPages) << PageSize.CpuShift;
            // The stride crowds all requests into few sets, so each way is replaced before its page comes round again: each request misses.
            _cold[i] = (ulong)(i * (AllPages / Requests)) << PageSize.CpuShift;
        }
    }

    /// <summary>Every request finds its translation.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong IotlbHit() => Translate(Translated, _hot);

    /// <summary>The floor under a hit: tag and frame from two arrays, no permission, no invalidation.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong BareSoftwareTlb()
    {
        var sum = 0UL;
        foreach (var iova in _hot)
        {
            var slot = (iova >> PageSize.CpuShift) & (AllPages - 1);
            if (_bareTags[slot] == iova >> PageSize.CpuShift)
                sum += _bareFrames[slot];
        }

        return sum;
    }

    /// <summary>Every request walks, is checked, and fills the IOTLB.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong IotlbMiss() => Translate(Translated, _cold);

    /// <summary>The floor under a miss: four loads and shifts.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong BareWalk()
    {
        var sum = 0UL;
        foreach (var iova in _cold)
        {
            var entry = Top;
            for (var shift = 39; shift >= 12; shift -= 9)
                entry = _memory.Entry(new PhysAddr((entry & ~0xfffUL) + (((iova >> shift) & 511) * 8)));
            sum += entry;
        }

        return sum;
    }

    /// <summary>A context that passes requests through.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong PassThrough() => Translate(PassedThrough, _hot);

    /// <summary>One page invalidated and waited for, with draining and a status word.</summary>
    [BenchmarkCategory("Invalidation")]
    [Benchmark]
    public void PageInvalidationWithWait()
    {
        Put(InvalidationDescriptor.Of(IotlbInvalidation.OfPages(new DomainId(1), new Iova(_hot[_tail]), 0)));
        Put(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status, 1)));
        _unit.Write(RegisterOffsets.QueueTail, (ulong)(_tail * InvalidationDescriptor.SizeBytes), AccessWidth.QuadWord);
    }

    private ulong Translate(Bdf source, ulong[] requests)
    {
        var sum = 0UL;
        foreach (var iova in requests)
        {
            if (_unit.TryTranslate(source, new Iova(iova), IommuAccess.Write, out var page))
                sum += page.Address.Value;
        }

        return sum;
    }

    private void Put(InvalidationDescriptor descriptor)
    {
        var place = new PhysAddr(Queue + (ulong)(_tail * InvalidationDescriptor.SizeBytes));
        _memory.TryWriteEntry(place, descriptor.Low);
        _memory.TryWriteEntry(place + 8, descriptor.High);
        _tail = (_tail + 1) % 256;
    }

    private void Map()
    {
        var leaf = Top + 0x3000;
        WriteTable(Top, 0, Top + 0x1000);
        WriteTable(Top + 0x1000, 0, Top + 0x2000);
        for (var page = 0; page < AllPages; page++)
        {
            if (page % 512 == 0)
                WriteTable(Top + 0x2000, page / 512, leaf + ((ulong)(page / 512) << 12));
            var frame = 0x1000_0000 + ((ulong)page << PageSize.CpuShift);
            _memory.TryWriteEntry(new PhysAddr(leaf + ((ulong)page * 8)), VtdSecondStageFormat.EncodeLeaf(new PhysAddr(frame), 0, IommuAccess.ReadWrite));
            (_bareTags[page], _bareFrames[page]) = ((ulong)page, frame);
        }
    }

    private void WriteTable(ulong table, int index, ulong below) =>
        _memory.TryWriteEntry(new PhysAddr(table + (ulong)(index * 8)), VtdSecondStageFormat.EncodeTable(new PhysAddr(below)));

    private void Attach(Bdf source, ContextEntry entry)
    {
        var root = new RootEntry { IsPresent = true, ContextTable = new PhysAddr(0x2000) };
        _memory.TryWriteEntry(RootEntry.AddressIn(new PhysAddr(0x1000), source), root.Low);
        var place = ContextEntry.AddressIn(root.ContextTable, source);
        _memory.TryWriteEntry(place + 8, entry.High);
        _memory.TryWriteEntry(place, entry.Low);
    }

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
