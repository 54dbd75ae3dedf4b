using System.Globalization;
using DriverSdk.Cli.Options;
using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Cli.Devices;

/// <summary>The devices that <c>--device</c> knows.</summary>
internal static class DeviceRegistry
{
    private const string Form = "NAME[,KEY=VALUE...]@BB:DD.F, such as nvme,size=64M@00:03.0";

    /// <summary>All kinds.</summary>
    public static readonly IReadOnlyList<DeviceKind> All = [DmaProbeKind.Row, EduKind.Row, NvmeKind.Row];

    /// <summary>Makes the device that an argument describes.</summary>
    /// <param name="text">NAME[,KEY=VALUE...]@BB:DD.F.</param>
    /// <param name="owned">Takes what the device holds of the host.</param>
    /// <exception cref="UsageException">The argument has another form, or names something that does not exist.</exception>
    public static (PciFunction Function, Bdf Place) Make(string text, ICollection<IDisposable> owned)
    {
        var at = text.LastIndexOf('@');
        if (at < 0)
            throw new UsageException($"--device is '{text}' and has no place; write {Form}.");
        var place = ParsePlace(text[(at + 1)..]);
        var parts = OptionList.Cut(text[..at]);
        var kind = All.FirstOrDefault(candidate => candidate.Name == parts[0])
            ?? throw new UsageException($"--device names '{parts[0]}'; there are {string.Join(", ", All.Select(candidate => candidate.Name))}.");
        return (kind.Make(parts[1..], owned), place);
    }

    private static Bdf ParsePlace(string text)
    {
        var numbers = text.Split(':', '.');
        if (numbers.Length != 3 || text.IndexOf(':', StringComparison.Ordinal) > text.IndexOf('.', StringComparison.Ordinal)
            || !TryHex(numbers[0], 0xff, out var bus) || !TryHex(numbers[1], 31, out var device) || !TryHex(numbers[2], 7, out var function))
            throw new UsageException($"--device has the place '{text}'; write BB:DD.F in hexadecimal, such as 00:03.0.");
        if (bus != 0)
            throw new UsageException($"--device has the place '{text}'; devices behind bridges are not offered yet, choose 00:01.0 to 00:1f.7.");
        if (device == 0)
            throw new UsageException($"--device has the place '{text}', where the host bridge is; choose 00:01.0 to 00:1f.7.");
        return new Bdf((byte)bus, (byte)device, (byte)function);
    }

    private static bool TryHex(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number) && number >= 0 && number <= most;
}
