using System.Runtime.InteropServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme.Formats;
using DriverSdk.Hardware.Dma;

namespace DriverSdk.Devices.Nvme;

/// <summary>The controller's way to the driver's memory. A refused access is counted and said, never thrown.</summary>
internal sealed class NvmeMemory(INvmePort port, NvmeStatistics statistics)
{
    /// <summary>An address further up; a driver's nonsense wraps around, as the adder of a device does, and then faults.</summary>
    public static Iova Offset(Iova start, ulong bytes) => new(unchecked(start.Value + bytes));

    public bool TryRead(Iova start, Span<byte> destination) => Check(port.Dma.Read(start, destination));

    public bool TryWrite(Iova start, ReadOnlySpan<byte> source) => Check(port.Dma.Write(start, source));

    /// <summary>Hands the memory itself to <paramref name="action"/>, one physically contiguous run after the other.</summary>
    public bool TryTransfer<TState>(in DataSegment segment, IommuAccess access, ref TState state, DmaChunk<TState> action) =>
        Check(port.Dma.Transfer(segment.Start, segment.LengthBytes, access, ref state, action));

    /// <summary>Writes a completion so that the driver never sees its phase tag before the rest.</summary>
    public bool TryWriteCompletion(Iova start, in NvmeCompletion entry)
    {
        var copy = entry;
        return Check(port.Dma.Transfer(start, 16, IommuAccess.Write, ref copy, static (target, _, ref source) =>
        {
            var from = MemoryMarshal.Cast<NvmeCompletion, ulong>(MemoryMarshal.CreateSpan(ref source, 1));
            var to = MemoryMarshal.Cast<byte, ulong>(target);
            to[0] = from[0];
            Volatile.Write(ref to[1], from[1]);
        }));
    }

    private bool Check(DmaStatus status)
    {
        if (status == DmaStatus.Success)
            return true;
        statistics.CountDmaError();
        return false;
    }
}
