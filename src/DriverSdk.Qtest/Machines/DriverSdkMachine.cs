using System.Globalization;

namespace DriverSdk.Qtest.Machines;

/// <summary>DriverSdk's own machine: the tool <c>driversdk qtest</c> as a process. Time stands still there until the client moves it.</summary>
public sealed class DriverSdkMachine : QtestMachine
{
    /// <summary>The environment variable that names the tool, its command or its assembly, when it neither lies beside the program nor is on PATH.</summary>
    public const string ToolVariable = "DRIVERSDK_TOOL";

    private readonly List<DeliveredInterrupt> _delivered = [];

    private DriverSdkMachine(DriverSdkTool tool, QtestMachineOptions options, DirectoryInfo folder)
        : base(tool.ProgramPath, Arguments(tool, options, folder), options, folder)
    {
    }

    /// <summary>Starts a machine.</summary>
    /// <exception cref="QtestException">The tool was not found, or did not connect.</exception>
    public static DriverSdkMachine Start(QtestMachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new DriverSdkMachine(DriverSdkTool.Find(), options, CreateFolder());
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DeliveredInterrupt> DeliveredInterrupts()
    {
        const string Request = "emu_interrupts";
        var answer = Client.Execute(Request);
        foreach (var pair in answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => word.Split(':')))
        {
            if (pair.Length != 2 || !uint.TryParse(pair[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var apicId)
                || !byte.TryParse(pair[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var vector))
                throw new QtestException($"Sent '{Request}', expected a count and APIC:VECTOR pairs, and got '{answer}'.");
            _delivered.Add(new DeliveredInterrupt(apicId, vector));
        }

        return _delivered.AsReadOnly();
    }

    // A refusal says that no device waits for a time: then the condition must come true without it, or the wait ends in its own message.
    private protected override void LetTimePass()
    {
        const string Request = "clock_step";
        Client.Send(Request + "\n");
        Client.TryReceiveAnswer(Request, out _);
    }

    private static List<string> Arguments(DriverSdkTool tool, QtestMachineOptions options, DirectoryInfo folder)
    {
        List<string> arguments = [.. tool.FirstArguments, "qtest", "--socket", SocketIn(folder).Text, "--memory", options.MemoryArgument];
        if (options.Iommu is { } iommu)
            arguments.AddRange(["--iommu", iommu.ToSettings()]);
        foreach (var device in options.Devices)
            arguments.AddRange(["--device", $"{device.Name}{(device.Settings.Length == 0 ? "" : "," + device.Settings)}@{device.Function}"]);
        return arguments;
    }
}
