using System.Runtime.InteropServices;

namespace DriverSdk.Kernel.Dma;

/// <summary>How many streaming mappings a kernel made and took down, counted per CPU so that CPUs share no cache line.</summary>
/// <remarks>Atomic all the same: host threads that run no kernel task count as CPU 0, several at once.</remarks>
internal sealed class DmaCounters(int cpuCount)
{
    private readonly PerCpu[] _cpus = new PerCpu[cpuCount];

    /// <summary>Mappings made; each is exact, their sum is not of one instant.</summary>
    public long MapCount => Sum(static counters => counters.Maps);

    /// <summary>Mappings taken down.</summary>
    public long UnmapCount => Sum(static counters => counters.Unmaps);

    public void CountMap(int cpu) => Interlocked.Increment(ref _cpus[cpu].Maps);

    public void CountUnmap(int cpu) => Interlocked.Increment(ref _cpus[cpu].Unmaps);

    private long Sum(Func<PerCpu, long> value) => _cpus.Sum(value);

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PerCpu
    {
        [FieldOffset(64)]
        public long Maps;
        [FieldOffset(72)]
        public long Unmaps;
    }
}
