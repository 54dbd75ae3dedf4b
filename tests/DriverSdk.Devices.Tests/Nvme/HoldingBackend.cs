using DriverSdk.Devices.Nvme.Backends;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>A medium whose flush ends when the test says so.</summary>
internal sealed class HoldingBackend(INvmeBackend inner) : INvmeBackend, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _released = new();

    public int BlockBytes => inner.BlockBytes;

    public ulong BlockCount => inner.BlockCount;

    public BackendAccess Access => inner.Access;

    public void AwaitFlush() => Assert.IsTrue(_entered.Wait(Patience), "The flush never began.");

    public void Release() => _released.Set();

    public BackendStatus Read(ulong offsetBytes, Span<byte> destination) => inner.Read(offsetBytes, destination);

    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source) => inner.Write(offsetBytes, source);

    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes) => inner.WriteZeroes(offsetBytes, lengthBytes);

    public BackendStatus Flush()
    {
        _entered.Set();
        return _released.Wait(Patience) ? BackendStatus.Success : BackendStatus.MediaError;
    }

    public void Dispose()
    {
        _entered.Dispose();
        _released.Dispose();
    }
}
