namespace NvmeDisk.Job;

/// <summary>Gives a piece of the disk that is to be written.</summary>
internal delegate void ChunkSource(long offset, Span<byte> bytes);
