namespace NvmeDisk.Job;

/// <summary>Takes a piece of the disk that was read.</summary>
internal delegate void ChunkSink(long offset, ReadOnlySpan<byte> bytes);
