using System.Diagnostics;
using System.Text;

namespace DriverSdk.Package.Tests;

/// <summary>Runs dotnet as a person at a fresh prompt would: none of this process's MSBuild, test or profiler variables reach it.</summary>
internal static class DotnetCommand
{
    // `dotnet test` runs the other test projects beside this one: the limit is there to end a hang, not to judge a busy machine.
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(20);
    private static readonly string[] ForeignPrefixes =
        ["MSBUILD", "VSTEST", "TESTINGPLATFORM", "COREHOST", "CORECLR_", "COR_", "DOTNET_HOST_PATH", "DOTNET_STARTUP_HOOKS", "DOTNET_CLI_", "COVERLET", "MICROSOFT_INSTRUMENTATION"];

    public static RunResult Run(string folder, params string[] arguments)
    {
        using var process = new Process { StartInfo = StartInfo(folder, arguments) };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var command = $"dotnet {string.Join(' ', arguments)}";
        if (!process.WaitForExit(TimeLimit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"'{command}' in {folder} was killed after {TimeLimit.TotalMinutes} minutes:{Environment.NewLine}{Text(output)}");
        }

        process.WaitForExit();
        return new RunResult(command, process.ExitCode, Text(output));
    }

    private static ProcessStartInfo StartInfo(string folder, string[] arguments)
    {
        var start = new ProcessStartInfo(DotnetPath(), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
            start.Environment.Remove(name);
        // It would win over the packages folder that a consumer's nuget.config names.
        if (folder != Repository.Root)
            start.Environment.Remove("NUGET_PACKAGES");
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // A build server would outlive the test, hold its folder open and keep an older analyzer loaded.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        return start;
    }

    private static bool IsForeign(string name) => ForeignPrefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // The host that runs the tests belongs to the SDK that the repository asks for; PATH may hold another.
    private static string DotnetPath() => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path : "dotnet";

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
