namespace DriverSdk.Qtest.Machines;

/// <summary>DriverSdk's own machine: the tool <c>driversdk qtest</c> as a process. Time stands still there until the client moves it.</summary>
public sealed class DriverSdkMachine : QtestMachine
{
    /// <summary>The environment variable that names the tool's assembly, when it does not lie beside the program.</summary>
    public const string ToolVariable = "DRIVERSDK_TOOL";

    private const string ToolAssembly = "DriverSdk.Cli.dll";

    private DriverSdkMachine(string tool, QtestMachineOptions options, DirectoryInfo folder)
        : base("dotnet", Arguments(tool, options, folder), options, folder)
    {
    }

    /// <summary>Starts a machine.</summary>
    /// <exception cref="QtestException">The tool was not found, or did not connect.</exception>
    public static DriverSdkMachine Start(QtestMachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var named = Environment.GetEnvironmentVariable(ToolVariable);
        var tool = string.IsNullOrEmpty(named) ? Path.Combine(AppContext.BaseDirectory, ToolAssembly) : named;
        if (!File.Exists(tool))
            throw new QtestException($"There is no {tool}; set {ToolVariable} to the path of {ToolAssembly}.");
        return new DriverSdkMachine(tool, options, CreateFolder());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DeliveredInterrupt> DeliveredInterrupts() => [];

    private protected override void LetTimePass() => Client.ClockStep();

    private static List<string> Arguments(string tool, QtestMachineOptions options, DirectoryInfo folder)
    {
        List<string> arguments = ["exec", tool, "qtest", "--socket", SocketIn(folder).Text, "--memory", options.MemoryArgument];
        if (options.Iommu is { } iommu)
            arguments.AddRange(["--iommu", iommu.ToSettings()]);
        foreach (var device in options.Devices)
            arguments.AddRange(["--device", $"{device.Name}{(device.Settings.Length == 0 ? "" : "," + device.Settings)}@{device.Function}"]);
        return arguments;
    }
}
