using System.Runtime.InteropServices;

namespace NvmeDisk.Job;

/// <summary>The image that the sample makes when it is given none: a temporary file, empty at first, filled by the driver, deleted at the end.</summary>
internal sealed class OwnImage : IDisposable
{
    private readonly ulong _seed;

    public OwnImage(long lengthBytes)
    {
        var path = Path.Combine(Path.GetTempPath(), $"nvme-disk-{Environment.ProcessId}-{Guid.NewGuid():n}.img");
        using (var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
            stream.SetLength(lengthBytes);
        File = new ImageFile(path, lengthBytes);
        _seed = (ulong)Random.Shared.NextInt64();
    }

    public ImageFile File { get; }

    /// <summary>What belongs at a place of the image: pseudo-random, so that no two blocks are alike and none is zero by chance.</summary>
    public void Fill(long offset, Span<byte> bytes)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var position = _seed + ((ulong)offset / sizeof(ulong));
        for (var index = 0; index < words.Length; index++)
            words[index] = Mix(position + (ulong)index);
    }

    /// <inheritdoc/>
    public void Dispose() => System.IO.File.Delete(File.Path);

    // The finaliser of SplitMix64: every input gives another output, evenly spread.
    private static ulong Mix(ulong value)
    {
        value *= 0x9e37_79b9_7f4a_7c15;
        value = (value ^ (value >> 30)) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ (value >> 27)) * 0x94d0_49bb_1331_11eb;
        return value ^ (value >> 31);
    }
}
