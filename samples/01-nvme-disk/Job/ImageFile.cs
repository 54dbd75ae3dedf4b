using System.Security.Cryptography;

namespace NvmeDisk.Job;

/// <summary>The host file behind the disk: checked before a machine is built around it.</summary>
/// <param name="Path">Where it lies on the host.</param>
/// <param name="LengthBytes">Its length in bytes, a multiple of the block size.</param>
internal sealed record ImageFile(string Path, long LengthBytes)
{
    /// <summary>Checks that <paramref name="path"/> can be a disk of <paramref name="blockBytes"/>-byte blocks.</summary>
    /// <exception cref="BadImageException">It cannot; the message is one sentence for the user.</exception>
    public static ImageFile Check(string path, int blockBytes)
    {
        if (Directory.Exists(path))
            throw new BadImageException($"'{path}' is a directory; give the path of a disk image.");
        if (!File.Exists(path))
            throw new BadImageException($"'{path}' does not exist; give the path of a disk image, or none to let the sample make its own.");
        long length;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            length = stream.Length;
            // A file may open and still refuse to be read, as some of sysfs do; a disk must give its first byte.
            if (length > 0)
                stream.ReadByte();
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException or NotSupportedException)
        {
            throw new BadImageException($"'{path}' cannot be read: {exception.Message.TrimEnd('.')}.");
        }

        if (length == 0)
            throw new BadImageException($"'{path}' is empty; a disk needs at least one block of {blockBytes} bytes.");
        if (length % blockBytes != 0)
            throw new BadImageException($"'{path}' holds {length} bytes, which is not a multiple of the {blockBytes}-byte block; pad it or choose another --block-size.");
        return new ImageFile(path, length);
    }

    /// <summary>The host's own SHA-256 of the file, in lower-case hexadecimal: what the driver's reading is held against.</summary>
    public string HashOnHost()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1 << 20, FileOptions.SequentialScan);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
