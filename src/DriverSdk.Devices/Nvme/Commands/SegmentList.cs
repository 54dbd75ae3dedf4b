using DriverSdk.Contract.Addressing;

namespace DriverSdk.Devices.Nvme.Commands;

/// <summary>A command's data as runs of addresses; pages that follow each other are joined, so that one run is one DMA transfer.</summary>
internal sealed class SegmentList(int capacity)
{
    private readonly DataSegment[] _segments = new DataSegment[capacity];
    private int _count;

    public ReadOnlySpan<DataSegment> Segments => _segments.AsSpan(0, _count);

    public void Clear() => _count = 0;

    public void Add(Iova start, ulong lengthBytes)
    {
        if (_count > 0)
        {
            ref var last = ref _segments[_count - 1];
            // A run never passes the top of the address space: the sum would wrap to zero.
            if (start.Value != 0 && unchecked(last.Start.Value + last.LengthBytes) == start.Value)
            {
                last = last with { LengthBytes = last.LengthBytes + lengthBytes };
                return;
            }
        }

        _segments[_count++] = new DataSegment(start, lengthBytes);
    }
}
