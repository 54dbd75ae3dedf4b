namespace DriverSdk.PlantedDefects;

/// <summary>A copy of the repository in which defects are planted, so that a stopped run leaves nothing behind in the real one.</summary>
internal sealed class TreeCopy : IDisposable
{
    private static readonly string[] MadeByTools = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea"];

    public TreeCopy(string root)
    {
        Root = Directory.CreateTempSubdirectory("driversdk-defects-").FullName;
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

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => !MadeByTools.Contains(Path.GetFileName(folder))))
            Copy(folder, Directory.CreateDirectory(Path.Combine(to, Path.GetFileName(folder))).FullName);
    }
}
