using DriverSdk.Devices.Nvme.Backends;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Counts what reaches the medium.</summary>
internal sealed class CountingBackend(INvmeBackend inner) : INvmeBackend
{
    private long _flushes;

    public int BlockBytes => inner.BlockBytes;

    public ulong BlockCount => inner.BlockCount;

    public BackendAccess Access => inner.Access;

    public long Flushes => Interlocked.Read(ref _flushes);

    public BackendStatus Read(ulong offsetBytes, Span<byte> destination) => inner.Read(offsetBytes, destination);

    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source) => inner.Write(offsetBytes, source);

    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes) => inner.WriteZeroes(offsetBytes, lengthBytes);

    public BackendStatus Flush()
    {
        Interlocked.Increment(ref _flushes);
        return inner.Flush();
    }
}
