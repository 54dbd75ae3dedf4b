using System.Diagnostics;
using System.Text;

namespace DriverSdk.PlantedDefects;

/// <summary>Runs a tool without standard input and kills its whole process tree at the time limit.</summary>
internal static class Tool
{
    public static ToolResult Run(string file, string folder, TimeSpan timeLimit, params string[] arguments)
    {
        using var process = new Process { StartInfo = StartInfo(file, folder, arguments) };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(timeLimit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return new ToolResult(null, Text(output));
        }

        process.WaitForExit();
        return new ToolResult(process.ExitCode, Text(output));
    }

    private static ProcessStartInfo StartInfo(string file, string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return start;
    }

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
            return output.ToString();
    }
}
