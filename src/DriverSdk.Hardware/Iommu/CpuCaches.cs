using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The CPUs' caches of one board: a line that is written back reaches the memory that each of its non-coherent units reads.</summary>
/// <param name="behind">What those units read; none on a board where every unit snoops.</param>
internal sealed class CpuCaches(params IReadOnlyList<TableMemory> behind) : ICpuCaches
{
    private readonly TableMemory[] _behind = [.. behind];

    /// <inheritdoc/>
    public void WriteBack(PhysAddr start, ulong lengthBytes)
    {
        foreach (var memory in _behind)
            memory.WriteBack(start, lengthBytes);
    }
}
