namespace DriverSdk.PlantedDefects;

/// <summary>The assembly that a defect is compiled into: put in place of the good one beside the test, until disposed of.</summary>
internal sealed class SwappedAssembly : IDisposable
{
    private readonly string _inUse;
    private readonly byte[] _good;

    public SwappedAssembly(string root, PlantedDefect defect)
    {
        Project = ProjectAbove(Path.Combine(root, defect.File));
        _inUse = Path.Combine(Path.GetDirectoryName(TestAssembly(root, defect.TestProject))!, AssemblyName);
        _good = File.ReadAllBytes(_inUse);
    }

    /// <summary>The project file.</summary>
    public string Project { get; }

    private string AssemblyName => Path.ChangeExtension(Path.GetFileName(Project), ".dll");

    /// <summary>Where a test project's assembly was built.</summary>
    public static string TestAssembly(string root, string project) =>
        Newest(Path.Combine(root, "tests", project, "bin"), project + ".dll");

    /// <summary>Puts what was just built beside the test.</summary>
    public void Swap() => File.Copy(Newest(Path.Combine(Path.GetDirectoryName(Project)!, "bin"), AssemblyName), _inUse, overwrite: true);

    public void Dispose() => File.WriteAllBytes(_inUse, _good);

    private static string ProjectAbove(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(folder, "*.csproj").FirstOrDefault() is { } project)
                return project;
        }

        throw new FileNotFoundException($"no project stands above {file}; a defect must stand in a file that is compiled");
    }

    private static string Newest(string folder, string name) =>
        new DirectoryInfo(folder).EnumerateFiles(name, SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)?.FullName
        ?? throw new FileNotFoundException($"no build left {name} below {folder}");
}
