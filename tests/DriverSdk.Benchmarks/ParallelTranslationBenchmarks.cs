using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Benchmarks;

/// <summary>
/// How much more do two devices translate than one, each on a thread of its own, through one unit? Beside it the floor: the bare software TLB on as many threads,
/// which says what the host itself can do. Figures are per request, so a perfect pair takes half of one thread's time.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class ParallelTranslationBenchmarks
{
    // Long beside the start of the threads, short beside what a busy host lets a thread run.
    private const int Rounds = 32;
    private const int Requests = Rounds * TranslationRig.Requests;
    private static readonly Bdf First = new(1, 0, 0);
    private static readonly Bdf Second = new(2, 0, 0);
    private TranslationRig _rig = null!;
    private Companion _companion = null!;

    /// <summary>Builds the unit and the second thread.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _rig = new TranslationRig(new RemappingUnitOptions(), First, Second);
        _companion = new Companion();
    }

    /// <summary>Ends the second thread.</summary>
    [GlobalCleanup]
    public void CleanUp() => _companion.Dispose();

    /// <summary>Has the second thread running, so that no figure holds the host's time to wake it.</summary>
    [IterationSetup(Targets = [nameof(TwoThreadsHit), nameof(TwoThreadsMiss), nameof(TwoThreadsBare)])]
    public void Wake() => _companion.Wake();

    /// <summary>One device, every request a hit.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong OneThreadHit() => Hit(First);

    /// <summary>Two devices at once, every request a hit.</summary>
    [BenchmarkCategory("Hit")]
    [Benchmark(OperationsPerInvoke = 2 * Requests)]
    public ulong TwoThreadsHit() => _companion.RunBeside(() => Hit(Second), () => Hit(First));

    /// <summary>One device, every request a miss.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong OneThreadMiss() => Miss(First);

    /// <summary>Two devices at once, every request a miss: they share the gate of the fills.</summary>
    [BenchmarkCategory("Miss")]
    [Benchmark(OperationsPerInvoke = 2 * Requests)]
    public ulong TwoThreadsMiss() => _companion.RunBeside(() => Miss(Second), () => Miss(First));

    /// <summary>The bare software TLB on one thread.</summary>
    [BenchmarkCategory("Bare")]
    [Benchmark(Baseline = true, OperationsPerInvoke = Requests)]
    public ulong OneThreadBare() => Bare();

    /// <summary>The bare software TLB on two threads.</summary>
    [BenchmarkCategory("Bare")]
    [Benchmark(OperationsPerInvoke = 2 * Requests)]
    public ulong TwoThreadsBare() => _companion.RunBeside(Bare, Bare);

    private ulong Hit(Bdf source) => Repeat(source, _rig.Hot);

    private ulong Miss(Bdf source) => Repeat(source, _rig.Cold);

    private ulong Repeat(Bdf source, ulong[] requests)
    {
        var sum = 0UL;
        for (var round = 0; round < Rounds; round++)
            sum += _rig.Translate(source, requests);
        return sum;
    }

    private ulong Bare()
    {
        var sum = 0UL;
        for (var round = 0; round < Rounds; round++)
            sum += _rig.LookUpBare(_rig.Hot);
        return sum;
    }
}
