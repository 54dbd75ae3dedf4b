using System.Globalization;

namespace DriverSdk.Package.Tests;

/// <summary>The packages of the tree under test, packed once for all tests of this assembly, and a place to use them from.</summary>
internal sealed class PackedSdk : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PackedSdk()
    {
        Version = $"0.0.0-test.{DateTime.UtcNow.ToString("yyyyMMddHHmmssfff", CultureInfo.InvariantCulture)}.{Environment.ProcessId}";
        Feed = _folder.Create("feed");
        // Its own artifacts folder: the repository's obj folders belong to the build that runs this test.
        DotnetCommand.Run(Repository.Root, "pack", Path.Combine(".ci", "packages.slnf"), "--artifacts-path", _folder.Combine("artifacts"), "--output", Feed,
            $"-p:Version={Version}", "-p:UseSharedCompilation=false", "--nologo", "-v", "q").ShouldSucceed();
    }

    public string Version { get; }

    public string Feed { get; }

    public string PathOf(string package, string extension) => Path.Combine(Feed, $"{package}.{Version}.{extension}");

    /// <summary>A project outside the solution that references <paramref name="package"/> from the feed and holds the named consumer's files.</summary>
    public ConsumerProject NewProject(string name, string package, params string[] sources) =>
        new(_folder.Create($"{name}-{Guid.NewGuid():N}"), name, package, this, sources, _folder.Combine("packages"));

    public void Dispose() => _folder.Dispose();
}
