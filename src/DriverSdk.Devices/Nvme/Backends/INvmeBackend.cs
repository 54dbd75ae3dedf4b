namespace DriverSdk.Devices.Nvme.Backends;

/// <summary>What a namespace keeps its blocks in.</summary>
/// <remarks>
/// Several I/O queues call at once, each for its own command; two commands about the same block have no order between them, as on a real disk. The controller
/// has checked every range before, in whole blocks of the namespace, though one command may arrive in several pieces that end inside a block. The spans lie in
/// the machine's RAM: they must not outlive the call. A failure is a <see cref="BackendStatus"/>, never an exception.
/// </remarks>
public interface INvmeBackend
{
    /// <summary>Size of a block in bytes, 512 or 4096.</summary>
    int BlockBytes { get; }

    /// <summary>Number of blocks, at least 1.</summary>
    ulong BlockCount { get; }

    /// <summary>Whether writes are taken.</summary>
    BackendAccess Access { get; }

    /// <summary>Reads bytes.</summary>
    /// <param name="offsetBytes">First byte on the medium.</param>
    /// <param name="destination">Where they go; filled to its end on success.</param>
    BackendStatus Read(ulong offsetBytes, Span<byte> destination);

    /// <summary>Writes bytes.</summary>
    /// <param name="offsetBytes">First byte on the medium.</param>
    /// <param name="source">The bytes.</param>
    BackendStatus Write(ulong offsetBytes, ReadOnlySpan<byte> source);

    /// <summary>Makes bytes read as zero: Write Zeroes and deallocation.</summary>
    /// <param name="offsetBytes">First byte on the medium.</param>
    /// <param name="lengthBytes">How many.</param>
    BackendStatus WriteZeroes(ulong offsetBytes, ulong lengthBytes);

    /// <summary>Makes everything written so far durable.</summary>
    BackendStatus Flush();
}
