namespace DriverSdk.Qtest.Machines;

/// <summary>Looks for programs as a shell does.</summary>
internal static class ProgramSearch
{
    /// <summary>The full path of the first program of this name in the folders of PATH; null when there is none.</summary>
    public static string? OnPath(string programName) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, programName)).FirstOrDefault(File.Exists);
}
