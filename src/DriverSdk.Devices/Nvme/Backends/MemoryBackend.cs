namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>A namespace kept in the host's memory, for tests and examples; zero at the start.</summary>
public sealed class MemoryBackend : INvmeBackend
{
    private readonly byte[] _bytes;

    /// <summary>Makes a medium full of zeroes.</summary>
    /// <param name="blockCount">Blocks; their bytes must fit in one array.</param>
    /// <param name="access">Whether the namespace may be written.</param>
    /// <param name="blockBytes">512 or 4096.</param>
    /// <exception cref="ArgumentException">A size lies outside its range.</exception>
    public MemoryBackend(int blockCount, BackendAccess access = BackendAccess.ReadWrite, int blockBytes = 512)
    {
        BackendGeometry.CheckBlockBytes(blockBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockCount, Array.MaxLength / blockBytes);
        _bytes = new byte[blockCount * blockBytes];
        BlockBytes = blockBytes;
        BlockCount = (ulong)blockCount;
        Access = access;
    }

    /// <inheritdoc/>
    public int BlockBytes { get; }

    /// <inheritdoc/>
    public ulong BlockCount { get; }

    /// <inheritdoc/>
    public BackendAccess Access { get; }

    /// <summary>The medium's bytes, for a test to fill and to compare, past every check.</summary>
    public Span<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public BackendStatus Read(ulong offsetBytes, Span<byte> destination)
    {
        _bytes.AsSpan((int)offsetBytes, destination.Length).CopyTo(destination);
        return BackendStatus.Success;
    }

    /// <inheritdoc/>
    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source)
    {
        if (Access == BackendAccess.ReadOnly)
            return BackendStatus.WriteProtected;
        source.CopyTo(_bytes.AsSpan((int)offsetBytes));
        return BackendStatus.Success;
    }

    /// <inheritdoc/>
    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes)
    {
        if (Access == BackendAccess.ReadOnly)
            return BackendStatus.WriteProtected;
        _bytes.AsSpan((int)offsetBytes, (int)lengthBytes).Clear();
        return BackendStatus.Success;
    }

    /// <inheritdoc/>
    public BackendStatus Flush() => BackendStatus.Success;
}
