namespace DriverSdk.PlantedDefects;

/// <summary>A copy of the repository in which defects are planted, so that a stopped run leaves nothing behind in the real one.</summary>
internal sealed class TreeCopy : IDisposable
{
    private static readonly string[] MadeByTools = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];

    private readonly bool _isKept;

    /// <summary>Copies the repository.</summary>
    /// <param name="root">The repository.</param>
    /// <param name="keptIn">A folder that is brought up to date, with what was built there, and kept; empty for a new one that goes at the end.</param>
    public TreeCopy(string root, string keptIn)
    {
        _isKept = keptIn.Length != 0;
        Root = _isKept ? Directory.CreateDirectory(keptIn).FullName : Directory.CreateTempSubdirectory("driversdk-defects-").FullName;
        Copy(root, Root);
    }

    public string Root { get; }

    public static int Occurrences(string text, string wanted) => text.Split(wanted).Length - 1;

    /// <summary>Replaces the text and gives back what restores it.</summary>
    public Action Plant(PlantedDefect defect)
    {
        var path = Path.Combine(Root, defect.File);
        var before = File.ReadAllText(path);
        File.WriteAllText(path, before.Replace(defect.OldText, defect.NewText, StringComparison.Ordinal));
        return () => File.WriteAllText(path, before);
    }

    public bool Matches(PlantedDefect defect)
    {
        var path = Path.Combine(Root, defect.File);
        return File.Exists(path) && Occurrences(File.ReadAllText(path), defect.OldText) == 1;
    }

    public void Dispose()
    {
        if (!_isKept)
            Directory.Delete(Root, recursive: true);
    }

    private static void Copy(string from, string to)
    {
        foreach (var gone in Directory.EnumerateFiles(to).Where(file => !File.Exists(Path.Combine(from, Path.GetFileName(file)))))
            File.Delete(gone);
        foreach (var file in Directory.EnumerateFiles(from))
            CopyIfChanged(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var gone in Directory.EnumerateDirectories(to).Where(IsCopied).Where(folder => !Directory.Exists(Path.Combine(from, Path.GetFileName(folder)))))
            Directory.Delete(gone, recursive: true);
        foreach (var folder in Directory.EnumerateDirectories(from).Where(IsCopied))
            Copy(folder, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName);
    }

    private static bool IsCopied(string folder) => !MadeByTools.Contains(Path.GetFileName(folder));

    // A file that did not change keeps its time, so that what was built of it counts as built.
    private static void CopyIfChanged(string from, string to)
    {
        if (!File.Exists(to) || !File.ReadAllBytes(from).AsSpan().SequenceEqual(File.ReadAllBytes(to)))
            File.WriteAllBytes(to, File.ReadAllBytes(from));
    }
}
