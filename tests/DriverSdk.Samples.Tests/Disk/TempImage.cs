namespace DriverSdk.Samples.Tests.Disk;

/// <summary>A file of seeded random bytes that is gone when the test is over.</summary>
internal sealed class TempImage : IDisposable
{
    public TempImage(int lengthBytes, int seed = 1)
    {
        var bytes = new byte[lengthBytes];
        new Random(seed).NextBytes(bytes);
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"nvme-disk-test-{Guid.NewGuid():n}.img");

    public void Dispose() => File.Delete(Path);
}
