namespace DriverSdk.PlantedDefects;

/// <summary>How a tool ended.</summary>
/// <param name="ExitCode">Its exit code; null when the time limit ended it.</param>
/// <param name="Output">Standard output and error.</param>
internal sealed record ToolResult(int? ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
