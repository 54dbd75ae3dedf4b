using Microsoft.Win32.SafeHandles;

namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>A namespace kept in a file of the host; bytes move between the file and the machine's RAM without a copy between.</summary>
/// <remarks>The file's size is taken once, at the start. Any thread may call. An error of the host becomes <see cref="BackendStatus.MediaError"/>.</remarks>
public sealed class FileBackend : INvmeBackend, IDisposable
{
    private const int ZeroChunkBytes = 1 << 20;

    // Shared by all instances and never written, so it is state of nobody.
    private static readonly byte[] Zeroes = new byte[ZeroChunkBytes];

    private readonly SafeFileHandle _file;

    /// <summary>Opens an existing file.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="access">Whether the namespace may be written. A read-only namespace opens the file for reading only.</param>
    /// <param name="blockBytes">512 or 4096; the file's size must be a multiple of it, and not zero.</param>
    /// <exception cref="ArgumentException">The file is missing, cannot be opened, is no plain file, is empty, or has no whole number of blocks.</exception>
    public FileBackend(string path, BackendAccess access, int blockBytes = 512)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        BackendGeometry.CheckBlockBytes(blockBytes);
        _file = Open(path, access);
        try
        {
            BlockBytes = blockBytes;
            Access = access;
            BlockCount = BackendGeometry.BlockCount($"The file '{path}'", LengthOf(_file, path), blockBytes, nameof(path));
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int BlockBytes { get; }

    /// <inheritdoc/>
    public ulong BlockCount { get; }

    /// <inheritdoc/>
    public BackendAccess Access { get; }

    /// <inheritdoc/>
    public BackendStatus Read(ulong offsetBytes, Span<byte> destination)
    {
        try
        {
            while (!destination.IsEmpty)
            {
                var read = RandomAccess.Read(_file, destination, (long)offsetBytes);
                if (read == 0)
                    return BackendStatus.MediaError;
                destination = destination[read..];
                offsetBytes += (ulong)read;
            }

            return BackendStatus.Success;
        }
        catch (Exception error) when (IsHostError(error))
        {
            return BackendStatus.MediaError;
        }
    }

    /// <inheritdoc/>
    public BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source)
    {
        if (Access == BackendAccess.ReadOnly)
            return BackendStatus.WriteProtected;
        try
        {
            RandomAccess.Write(_file, source, (long)offsetBytes);
            return BackendStatus.Success;
        }
        catch (Exception error) when (IsHostError(error))
        {
            return BackendStatus.MediaError;
        }
    }

    /// <inheritdoc/>
    public BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes)
    {
        var status = BackendStatus.Success;
        for (var end = offsetBytes + lengthBytes; offsetBytes < end && status == BackendStatus.Success; offsetBytes += ZeroChunkBytes)
            status = Write(offsetBytes, Zeroes.AsSpan(0, (int)Math.Min(ZeroChunkBytes, end - offsetBytes)));
        return status;
    }

    /// <inheritdoc/>
    public BackendStatus Flush()
    {
        if (Access == BackendAccess.ReadOnly)
            return BackendStatus.Success;
        try
        {
            RandomAccess.FlushToDisk(_file);
            return BackendStatus.Success;
        }
        catch (Exception error) when (IsHostError(error))
        {
            return BackendStatus.MediaError;
        }
    }

    /// <summary>Closes the file. Commands that still arrive end in a media error.</summary>
    public void Dispose() => _file.Dispose();

    private static SafeFileHandle Open(string path, BackendAccess access)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, access == BackendAccess.ReadOnly ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            var wish = access == BackendAccess.ReadOnly ? "reading" : "reading and writing";
            throw new ArgumentException($"The file '{path}' cannot be opened for {wish}: {error.Message}", nameof(path), error);
        }
    }

    private static long LengthOf(SafeFileHandle file, string path)
    {
        try
        {
            return RandomAccess.GetLength(file);
        }
        catch (Exception error) when (error is IOException or NotSupportedException)
        {
            throw new ArgumentException($"The file '{path}' has no size; a namespace needs a plain file.", nameof(path), error);
        }
    }

    private static bool IsHostError(Exception error) => error is IOException or UnauthorizedAccessException or ObjectDisposedException or NotSupportedException;
}
