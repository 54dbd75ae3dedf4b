using System.Globalization;
using System.Text.RegularExpressions;

namespace DriverSdk.Qtest.Machines;

/// <summary>A q35 of QEMU whose CPU sleeps. Virtual time runs by itself, so a wait only polls; delivered messages are read from a trace file.</summary>
public sealed partial class QemuMachine : QtestMachine
{
    private readonly string _trace;

    private QemuMachine(QemuInstallation qemu, QtestMachineOptions options, DirectoryInfo folder)
        : base(qemu.ProgramPath, Arguments(options, folder), options, folder)
    {
        Version = qemu.Version;
        _trace = TraceIn(folder);
    }

    /// <summary>What the program says of itself.</summary>
    public string Version { get; }

    /// <summary>Starts a machine.</summary>
    /// <exception cref="QtestException">QEMU is not installed, or it did not connect.</exception>
    public static QemuMachine Start(QtestMachineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var qemu = QemuInstallation.TryFind() ?? throw new QtestException(QemuInstallation.MissingText);
        var folder = CreateFolder();
        File.WriteAllBytes(FirmwareIn(folder), IdleFirmware.Build());
        return new QemuMachine(qemu, options, folder);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<DeliveredInterrupt> DeliveredInterrupts()
    {
        if (!File.Exists(_trace))
            return [];
        using var file = new FileStream(_trace, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        return [.. Delivery().Matches(reader.ReadToEnd()).Select(Parse)];
    }

    private protected override void LetTimePass()
    {
        // Polling is enough: with sleep=off the clock jumps to the next deadline as soon as the CPU sleeps.
    }

    private static DeliveredInterrupt Parse(Match line) =>
        new(uint.Parse(line.Groups[1].Value, CultureInfo.InvariantCulture), byte.Parse(line.Groups[2].Value, CultureInfo.InvariantCulture));

    // Debian's QEMU 7.2 has no qtest accelerator, and -S would stop the clock that the devices' timers need.
    private static List<string> Arguments(QtestMachineOptions options, DirectoryInfo folder)
    {
        List<string> arguments =
        [
            "-accel", "tcg", "-icount", "shift=0,sleep=off", "-bios", FirmwareIn(folder), "-qtest", SocketIn(folder).Text, "-qtest-log", "/dev/null",
            "-nodefaults", "-display", "none", "-m", options.MemoryArgument, "-machine", "q35,kernel-irqchip=split",
            "-trace", "apic_deliver_irq", "-D", TraceIn(folder),
        ];
        if (options.Iommu is { } iommu)
            arguments.AddRange(["-device", $"intel-iommu,{iommu.ToSettings()}"]);
        foreach (var device in options.Devices)
        {
            if (device.Function.Bus != 0)
                throw new ArgumentException($"{device.Name} stands at {device.Function}; this launcher puts devices on QEMU's bus 0 only.", nameof(options));
            var settings = device.Settings.Length == 0 ? "" : "," + device.Settings;
            arguments.AddRange(["-device", $"{device.Name},addr={device.Function.Device:x}.{device.Function.Function}{settings}"]);
        }

        return arguments;
    }

    private static string FirmwareIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "idle.bin");

    private static string TraceIn(DirectoryInfo folder) => Path.Combine(folder.FullName, "trace");

    // Physical destinations only: a logical one names no controller until software has set up its logical id.
    [GeneratedRegex(@"apic_deliver_irq dest (\d+) dest_mode 0 delivery_mode \d+ vector (\d+) ")]
    private static partial Regex Delivery();
}
