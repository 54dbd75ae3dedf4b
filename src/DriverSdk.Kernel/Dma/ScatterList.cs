using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Memory;

namespace DriverSdk.Kernel.Dma;

/// <summary>Pieces of memory that are mapped together, as one run of IOVAs where the device sees as few segments as possible. Linux: <c>struct sg_table</c>.</summary>
/// <remarks>A driver fills it, maps it, reads <see cref="Segments"/>, unmaps it and may use it again. Not thread-safe: one user at a time.</remarks>
[AnyContext]
public sealed class ScatterList
{
    private Entry[] _entries;
    private DmaSegment[] _segments;
    private int _count;
    private int _segmentCount;
    private uint _generation;

    /// <summary>Makes an empty list.</summary>
    /// <param name="capacityEntries">How many pieces it holds before it must grow, at least 1.</param>
    public ScatterList(int capacityEntries = 16)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacityEntries, 1);
        _entries = new Entry[capacityEntries];
        _segments = new DmaSegment[capacityEntries];
    }

    /// <summary>Number of physically contiguous pieces. Linux: <c>orig_nents</c>.</summary>
    public int Count => _count;

    /// <summary>Whether the list is mapped right now.</summary>
    public bool IsMapped => (_generation & 1) != 0;

    /// <summary>What the device is told while the list is mapped; empty otherwise. Linux: the first <c>nents</c> entries' <c>sg_dma_address()</c> and <c>sg_dma_len()</c>.</summary>
    public ReadOnlySpan<DmaSegment> Segments => IsMapped ? _segments.AsSpan(0, _segmentCount) : default;

    internal Span<Entry> Entries => _entries.AsSpan(0, _count);

    internal uint Generation => _generation;

    /// <summary>Appends a buffer; vmalloc memory becomes one piece per physically contiguous run.</summary>
    /// <param name="buffer">The memory; must stay allocated while the list is mapped.</param>
    /// <exception cref="ArgumentException">The buffer is null or empty.</exception>
    /// <exception cref="InvalidOperationException">The list is mapped.</exception>
    public void Add(KernelBuffer buffer)
    {
        if (buffer.IsNull || buffer.LengthBytes == 0)
            throw new ArgumentException("The buffer is null or empty; add memory that holds at least one byte.", nameof(buffer));
        ThrowIfMapped();
        for (ulong offset = 0; offset < buffer.LengthBytes;)
        {
            var piece = buffer.SegmentAt(offset);
            Append(piece.Address, piece.LengthBytes);
            offset += piece.LengthBytes;
        }
    }

    /// <summary>Empties the list.</summary>
    /// <exception cref="InvalidOperationException">The list is mapped.</exception>
    public void Clear()
    {
        ThrowIfMapped();
        _count = 0;
    }

    internal bool IsMappedAs(uint generation) => IsMapped && _generation == generation;

    internal int SegmentCount => _segmentCount;

    /// <summary>The run of IOVAs of the last mapping.</summary>
    internal Iova RunStart { get; set; }

    /// <summary>Its length in granules.</summary>
    internal ulong RunPages { get; set; }

    /// <summary>Joins pieces that are adjacent for the device, up to the longest segment and never across the boundary. Linux: <c>__finalise_sg()</c>.</summary>
    internal void MakeSegments(ulong maxSegmentBytes, ulong boundaryMask)
    {
        _segmentCount = 0;
        var current = default(DmaSegment);
        foreach (ref var entry in Entries)
        {
            var joined = current.LengthBytes + entry.LengthBytes;
            var joins = current.LengthBytes != 0 && current.Start.Value + current.LengthBytes == entry.Iova.Value && joined <= maxSegmentBytes
                && ((current.Start.Value ^ (current.Start.Value + (joined - 1))) & ~boundaryMask) == 0;
            current = joins ? current with { LengthBytes = joined } : new DmaSegment(entry.Iova, entry.LengthBytes);
            if (!joins)
                _segmentCount++;
            _segments[_segmentCount - 1] = current;
        }
    }

    internal void MarkMapped() => _generation |= 1;

    internal void MarkUnmapped() => _generation = (_generation | 1) + 1;

    internal void ThrowIfMapped()
    {
        if (IsMapped)
            throw new InvalidOperationException($"The list is mapped ({_segmentCount} segments); unmap it before changing or mapping it again.");
    }

    private void Append(KernelAddr start, ulong lengthBytes)
    {
        if (_count == _entries.Length)
        {
            Array.Resize(ref _entries, _count * 2);
            Array.Resize(ref _segments, _count * 2);
        }

        _entries[_count++] = new Entry { Start = start, LengthBytes = lengthBytes };
    }

    internal struct Entry
    {
        public KernelAddr Start;
        public PhysAddr Physical;
        public ulong LengthBytes;
        public ulong RunOffset;
        public Iova Iova;
        public MappingRecord? Ticket;
    }
}
