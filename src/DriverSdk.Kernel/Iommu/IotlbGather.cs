using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>What one or several unmaps changed and nobody has invalidated yet. Linux: <c>struct iommu_iotlb_gather</c>.</summary>
/// <remarks>
/// The tables wait here because a walk under way, or a cached pointer to them, may still read them. They are kept as addresses beside the tables: a list threaded through
/// the tables themselves would be read as entries. The default value is empty.
/// </remarks>
internal struct IotlbGather
{
    /// <summary>Tables a gather holds before it must be flushed.</summary>
    public const int MaxTables = 8;

    private ulong _start;
    private ulong _last;
    private TableList _tables;

    /// <summary>Whether there is anything to invalidate.</summary>
    public readonly bool IsEmpty => !HasRange;

    /// <summary>Emptied tables that wait.</summary>
    public int TableCount { get; private set; }

    /// <summary>Whether no table fits any more.</summary>
    public readonly bool IsFull => TableCount == MaxTables;

    /// <summary>Every byte that changed, and what lies between.</summary>
    public readonly AddressRange<Iova> Range => HasRange ? new(new Iova(_start), _last - _start + 1) : default;

    private bool HasRange { readonly get; set; }

    /// <summary>Notes that translations of [start, last] changed.</summary>
    public void AddRange(ulong start, ulong last)
    {
        _start = HasRange ? Math.Min(_start, start) : start;
        _last = HasRange ? Math.Max(_last, last) : last;
        HasRange = true;
    }

    /// <summary>Keeps an unlinked table until the flush.</summary>
    public void AddTable(PhysAddr table) => _tables[TableCount++] = table.Value;

    /// <summary>The waiting tables.</summary>
    public readonly PhysAddr TableAt(int index) => new(_tables[index]);

    [InlineArray(MaxTables)]
    private struct TableList
    {
        private ulong _first;
    }
}
