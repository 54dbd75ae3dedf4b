using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Benchmarks;

/// <summary>
/// What does a device's request cost in the remapping unit? A hit in the IOTLB, beside a bare direct-mapped software TLB; a miss (walk, checks and fill), beside a
/// bare 4-level walk over the same tables; a pass-through; and a page-selective invalidation with its wait through the queue, as a driver submits it, beside the
/// same two descriptors written and left alone. Each figure is per request; none may allocate.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class TranslationBenchmarks
{
    private const int Requests = TranslationRig.Requests;
    private static readonly Bdf Translated = new(1, 0, 0);
    private static readonly Bdf PassedThrough = new(1, 1, 0);
    private static readonly PhysAddr Status = new(0x30_0000);
    private TranslationRig _rig = null!;
    private TranslationRig _checked = null!;
    private int _tail;

    /// <summary>Builds two units: a fast one, and one whose caches are compared with memory at every use.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _rig = new TranslationRig(new RemappingUnitOptions(), Translated);
        _rig.Attach(PassedThrough, new ContextEntry { IsPresent = true, Domain = new DomainId(9), Levels = 4, Type = TranslationType.PassThrough });
        _checked = new TranslationRig(new RemappingUnitOptions { Caches = new CachePolicy { DetectsStaleUse = true } }, Translated);
    }

    /// <summary>Every request finds its translation.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong IotlbHit() => _rig.Translate(Translated, _rig.Hot);

    /// <summary>The floor under a hit.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong BareSoftwareTlb() => _rig.LookUpBare(_rig.Hot);

    /// <summary>The same floor when each look-up waits for the one before it.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong BareSoftwareTlbInTurn() => _rig.LookUpBareInTurn(_rig.Hot);

    /// <summary>A context that passes requests through.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong PassThrough() => _rig.Translate(PassedThrough, _rig.Hot);

    /// <summary>A hit that is compared with memory: what the detector of stale uses costs when it is on.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong IotlbHitComparedWithMemory() => _checked.Translate(Translated, _checked.Hot);

    /// <summary>Every request walks, is checked, and fills the IOTLB.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(OperationsPerInvoke = Requests)]
    public ulong IotlbMiss() => _rig.Translate(Translated, _rig.Cold);

    /// <summary>The floor under a miss.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong BareWalk() => _rig.WalkBare(_rig.Cold);

    /// <summary>One page invalidated and waited for, with draining and a status word.</summary>
    [BenchmarkCategory("Invalidation")]
    [Benchmark]
    public void PageInvalidationWithWait()
    {
        PutBoth();
        _rig.Unit.Write(RegisterOffsets.QueueTail, (ulong)(_tail * InvalidationDescriptor.SizeBytes), AccessWidth.QuadWord);
    }

    /// <summary>The floor under an invalidation: its two descriptors written to memory, without telling the unit.</summary>
    [BenchmarkCategory("Invalidation")]
    [Benchmark(Baseline = true)]
    public void BareDescriptors() => PutBoth();

    private void PutBoth()
    {
        Put(InvalidationDescriptor.Of(IotlbInvalidation.OfPages(new DomainId(1), new Iova(_rig.Hot[_tail]), 0)));
        Put(InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(Status, 1)));
    }

    private void Put(InvalidationDescriptor descriptor)
    {
        var place = _rig.Queue + (ulong)(_tail * InvalidationDescriptor.SizeBytes);
        _rig.Memory.TryWriteEntry(place, descriptor.Low);
        _rig.Memory.TryWriteEntry(place + 8, descriptor.High);
        _tail = (_tail + 1) % 256;
    }
}
