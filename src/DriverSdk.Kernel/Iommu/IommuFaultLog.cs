using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Iommu;

/// <summary>The last faults the kernel read from the remapping unit; older ones make room and stay counted.</summary>
[AnyContext]
public sealed class IommuFaultLog
{
    /// <summary>Faults it holds.</summary>
    public const int Capacity = 256;

    private readonly Lock _sync = new();
    private readonly Queue<IommuFault> _faults = new(Capacity);
    private long _totalCount;
    private long _overflowCount;

    internal IommuFaultLog()
    {
    }

    /// <summary>Faults read since the machine started.</summary>
    public long TotalCount => Interlocked.Read(ref _totalCount);

    /// <summary>How often the unit reported that it lost faults because all its records were in use.</summary>
    public long OverflowCount => Interlocked.Read(ref _overflowCount);

    /// <summary>Told of each fault, in the context of the fault interrupt; null while nobody listens.</summary>
    internal Action<IommuFault>? Recorded { get; set; }

    /// <summary>The faults it holds, oldest first.</summary>
    public IReadOnlyList<IommuFault> Snapshot()
    {
        lock (_sync)
            return [.. _faults];
    }

    internal void Add(IommuFault fault)
    {
        lock (_sync)
        {
            if (_faults.Count == Capacity)
                _faults.Dequeue();
            _faults.Enqueue(fault);
        }

        Interlocked.Increment(ref _totalCount);
        Recorded?.Invoke(fault);
    }

    internal void AddOverflow() => Interlocked.Increment(ref _overflowCount);
}
