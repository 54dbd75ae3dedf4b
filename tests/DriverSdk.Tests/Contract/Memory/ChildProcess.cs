using System.Diagnostics;
using System.Reflection;

namespace DriverSdk.Tests.Contract.Memory;

/// <summary>Runs a static method of this assembly in a process of its own, under a limit that the test process cannot set for itself.</summary>
internal static class ChildProcess
{
    /// <summary>Names the method that the child runs; read by <see cref="StartupHook"/>.</summary>
    public const string MethodVariable = "DRIVERSDK_TESTS_CHILD";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static (int ExitCode, string Output) Run(string method, ulong? dataLimitBytes)
    {
        var assembly = Assembly.GetExecutingAssembly().Location;
        var limit = dataLimitBytes is { } bytes ? $"ulimit -d {bytes / 1024} && " : "";
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{limit}exec \"$0\" exec \"$1\"");
        start.ArgumentList.Add(DotNet);
        start.ArgumentList.Add(assembly);
        start.Environment["DOTNET_STARTUP_HOOKS"] = assembly;
        start.Environment[MethodVariable] = method;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The child process did not end within {Patience.TotalSeconds} s.");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }

    private static string DotNet =>
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH")
        ?? (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet");
}
