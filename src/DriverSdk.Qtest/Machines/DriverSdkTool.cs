namespace DriverSdk.Qtest.Machines;

/// <summary>How the tool <c>driversdk</c> is started on this computer.</summary>
/// <param name="ProgramPath">The program to run.</param>
/// <param name="FirstArguments">What stands before the tool's own arguments.</param>
internal sealed record DriverSdkTool(string ProgramPath, IReadOnlyList<string> FirstArguments)
{
    private const string AssemblyFile = "DriverSdk.Cli.dll";

    private static readonly string CommandFile = OperatingSystem.IsWindows() ? "driversdk.exe" : "driversdk";

    /// <summary>Looks where <see cref="DriverSdkMachine.ToolVariable"/> says, then beside the program, then on PATH.</summary>
    /// <exception cref="QtestException">It is in none of these places.</exception>
    public static DriverSdkTool Find()
    {
        var named = Environment.GetEnvironmentVariable(DriverSdkMachine.ToolVariable);
        if (!string.IsNullOrEmpty(named))
            return File.Exists(named) ? Of(named) : throw new QtestException($"{DriverSdkMachine.ToolVariable} is '{named}', and there is no such file; correct it or unset it.");
        var beside = Path.Combine(AppContext.BaseDirectory, AssemblyFile);
        if (File.Exists(beside))
            return Of(beside);
        return ProgramSearch.OnPath(CommandFile) is { } command
            ? Of(command)
            : throw new QtestException(
                $"There is no {beside}, and no {CommandFile} on PATH; install the tool (dotnet tool install --global DriverSdk.Cli), or set {DriverSdkMachine.ToolVariable} to its path.");
    }

    private static DriverSdkTool Of(string path) =>
        path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? new DriverSdkTool("dotnet", ["exec", path]) : new DriverSdkTool(path, []);
}
