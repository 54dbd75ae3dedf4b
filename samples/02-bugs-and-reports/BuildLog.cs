using System.Text.Json;

namespace BugsAndReports;

/// <summary>The diagnostics of this sample's own build, read from the SARIF file that the compiler wrote beside the program.</summary>
internal static class BuildLog
{
    private const string FileName = "build.sarif";

    /// <summary>Reads every DRV diagnostic, in the order of the file.</summary>
    /// <exception cref="FileNotFoundException">The program was moved away from its build log.</exception>
    public static IReadOnlyList<BuildDiagnostic> Read()
    {
        var path = Path.Combine(AppContext.BaseDirectory, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException($"'{path}' is missing; the compiler writes it when this sample is built, build the sample again with dotnet build --no-incremental.", path);
        using var log = JsonDocument.Parse(File.ReadAllBytes(path));
        return
        [
            .. log.RootElement.GetProperty("runs")[0].GetProperty("results").EnumerateArray()
                .Where(result => result.GetProperty("ruleId").GetString()!.StartsWith("DRV", StringComparison.Ordinal))
                .Select(ReadDiagnostic),
        ];
    }

    private static BuildDiagnostic ReadDiagnostic(JsonElement result)
    {
        var place = result.GetProperty("locations")[0].GetProperty("physicalLocation");
        var file = new Uri(place.GetProperty("artifactLocation").GetProperty("uri").GetString()!).LocalPath;
        return new BuildDiagnostic(
            result.GetProperty("ruleId").GetString()!,
            Path.GetFileName(file),
            place.GetProperty("region").GetProperty("startLine").GetInt32(),
            result.GetProperty("message").GetProperty("text").GetString()!);
    }
}
