namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>A medium with a bad spot: every operation that touches one chosen byte ends in a media error. A negative control for error handling.</summary>
public sealed class FailingBackend : INvmeBackend
{
    private readonly INvmeBackend _inner;
    private readonly ulong _offsetBytes;

    /// <summary>Decorates another medium.</summary>
    /// <param name="inner">The medium that holds the bytes.</param>
    /// <param name="offsetBytes">The byte that cannot be reached; a byte past the end never fails.</param>
    public FailingBackend(INvmeBackend inner, ulong offsetBytes)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
        _offsetBytes = offsetBytes;
    }

    /// <inheritdoc/>
    public int BlockBytes => _inner.BlockBytes;

    /// <inheritdoc/>
    public ulong BlockCount => _inner.BlockCount;

    /// <inheritdoc/>
    public BackendAccess Access => _inner.Access;

    /// <inheritdoc/>
    public BackendStatus Read(ulong offsetBytes, Span<byte> destination) =>
        Touches(offsetBytes, (ulong)destination.Length) ? BackendStatus.MediaError : _inner.Read(offsetBytes, destination);

    /// <inheritdoc/>
    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source) =>
        Touches(offsetBytes, (ulong)source.Length) ? BackendStatus.MediaError : _inner.Write(offsetBytes, source);

    /// <inheritdoc/>
    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes) =>
        Touches(offsetBytes, lengthBytes) ? BackendStatus.MediaError : _inner.WriteZeroes(offsetBytes, lengthBytes);

    /// <inheritdoc/>
    public BackendStatus Flush() => _inner.Flush();

    private bool Touches(ulong offsetBytes, ulong lengthBytes) => _offsetBytes >= offsetBytes && _offsetBytes - offsetBytes < lengthBytes;
}
