using Microsoft.Win32.SafeHandles;

namespace DriverSdk.Benchmarks;

/// <summary>A temporary file full of random bytes that lies in the host's page cache, because it was just written.</summary>
internal sealed class DiskFile : IDisposable
{
    /// <summary>Makes the file.</summary>
    public DiskFile(int lengthBytes)
    {
        Path = System.IO.Path.GetTempFileName();
        var bytes = new byte[lengthBytes];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(Path, bytes);
        Handle = File.OpenHandle(Path);
    }

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>The file, open for reading.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Deletes the file.</summary>
    public void Dispose()
    {
        Handle.Dispose();
        File.Delete(Path);
    }
}
