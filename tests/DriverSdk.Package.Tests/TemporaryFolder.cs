namespace DriverSdk.Package.Tests;

/// <summary>A folder outside the repository that goes away with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("driversdk-package-").FullName;

    public string Path { get; }

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string Create(string name) => Directory.CreateDirectory(Combine(name)).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
