namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>A medium that lies: every read that covers one chosen byte gives it with one bit flipped. A negative control: whoever compares data must notice.</summary>
public sealed class CorruptingBackend : INvmeBackend
{
    private const byte FlippedBit = 0x10;

    private readonly INvmeBackend _inner;
    private readonly ulong _offsetBytes;

    /// <summary>Decorates another medium.</summary>
    /// <param name="inner">The medium that holds the true bytes.</param>
    /// <param name="offsetBytes">The byte to falsify, inside the medium.</param>
    /// <exception cref="ArgumentOutOfRangeException">The byte lies past the end of the medium.</exception>
    public CorruptingBackend(INvmeBackend inner, ulong offsetBytes)
    {
        ArgumentNullException.ThrowIfNull(inner);
        var end = inner.BlockCount * (ulong)inner.BlockBytes;
        if (offsetBytes >= end)
            throw new ArgumentOutOfRangeException(nameof(offsetBytes), offsetBytes, $"The medium ends at byte {end}; choose a byte below.");
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
    public BackendStatus Read(ulong offsetBytes, Span<byte> destination)
    {
        var status = _inner.Read(offsetBytes, destination);
        if (_offsetBytes >= offsetBytes && _offsetBytes - offsetBytes < (ulong)destination.Length)
            destination[(int)(_offsetBytes - offsetBytes)] ^= FlippedBit;
        return status;
    }

    /// <inheritdoc/>
    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source) => _inner.Write(offsetBytes, source);

    /// <inheritdoc/>
    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes) => _inner.WriteZeroes(offsetBytes, lengthBytes);

    /// <inheritdoc/>
    public BackendStatus Flush() => _inner.Flush();
}
