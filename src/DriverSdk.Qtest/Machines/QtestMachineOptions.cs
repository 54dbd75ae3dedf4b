using DriverSdk.Contract.Addressing;

namespace DriverSdk.Qtest.Machines;

/// <summary>What a machine consists of; either launcher turns it into its own command line.</summary>
public sealed record QtestMachineOptions
{
    /// <summary>Bytes of RAM, a multiple of 1 MiB.</summary>
    public ulong MemoryBytes { get; init; } = 256UL << 20;

    /// <summary>The remapping unit, or null for a machine without one.</summary>
    public QtestIommuOptions? Iommu { get; init; } = new();

    /// <summary>The devices; none at first.</summary>
    public IReadOnlyList<QtestDeviceOptions> Devices { get; init; } = [];

    /// <summary>How long the machine may take to start and connect.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="QtestMachine.WaitUntil"/> waits for something that should happen.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal string MemoryArgument =>
        MemoryBytes != 0 && MemoryBytes % (1 << 20) == 0
            ? $"{MemoryBytes >> 20}M"
            : throw new ArgumentException($"{nameof(MemoryBytes)} is {MemoryBytes}; it must be a multiple of 1 MiB and not 0.");

    /// <summary>These options with one more device.</summary>
    public QtestMachineOptions With(string name, Bdf function, string settings = "") =>
        this with { Devices = [.. Devices, new QtestDeviceOptions(name, function, settings)] };
}
