namespace DriverSdk.PlantedDefects;

/// <summary>Finds the repository that the command is run in.</summary>
internal static class RepositoryRoot
{
    public static string AboveCurrentFolder()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DriverSdk.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no folder above {Environment.CurrentDirectory} holds DriverSdk.sln; run the command in a clone, or name one with --root");
    }
}
