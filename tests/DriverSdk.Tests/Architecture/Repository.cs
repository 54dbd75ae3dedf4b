using System.Runtime.CompilerServices;

namespace DriverSdk.Tests.Architecture;

/// <summary>The files of this repository as they stand on disk, without what a build makes.</summary>
internal static class Repository
{
    private static readonly string[] MadeByTools = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];
    private static readonly Lazy<IReadOnlyList<string>> AllFiles = new(() => [.. Walk(Root!).Order(StringComparer.Ordinal)]);

    /// <summary>Absolute path of the folder that holds DriverSdk.sln.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>Paths below the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Files => AllFiles.Value;

    public static string Read(string path) => File.ReadAllText(Full(path));

    public static string Full(string path) => Path.Combine(Root, path);

    // Built into another folder, the tests still know where their source was compiled.
    private static string FindRoot(string builtInto, [CallerFilePath] string thisFile = "") =>
        RootAbove(builtInto) ?? RootAbove(thisFile)
        ?? throw new DirectoryNotFoundException($"no folder above {builtInto} or {thisFile} holds DriverSdk.sln; run the tests from a clone");

    private static string? RootAbove(string path)
    {
        var folder = Path.GetDirectoryName(path);
        while (folder is not null && !File.Exists(Path.Combine(folder, "DriverSdk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (MadeByTools.Contains(Path.GetFileName(child)))
                continue;
            foreach (var file in Walk(child))
                yield return file;
        }
    }
}
