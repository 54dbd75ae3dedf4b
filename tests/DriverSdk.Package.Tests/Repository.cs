using System.Runtime.CompilerServices;

namespace DriverSdk.Package.Tests;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = RootAbove(AppContext.BaseDirectory) ?? RootAbove(ThisFile())
        ?? throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds DriverSdk.sln; run the tests from a clone");

    private static string? RootAbove(string path)
    {
        var folder = Path.GetDirectoryName(path);
        while (folder is not null && !File.Exists(Path.Combine(folder, "DriverSdk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
