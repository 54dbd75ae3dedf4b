using DriverSdk.Devices.DmaProbe;

namespace DriverSdk.Cli.Devices;

/// <summary>Our own device for tests by name; it has no keys.</summary>
internal static class DmaProbeKind
{
    /// <summary>Its row of the registry.</summary>
    public static readonly DeviceKind Row = new DeviceKind<DBNull>("dma-probe", "Makes any access that its registers describe, at once, and shows what it saw; the repository describes them in src/DriverSdk.Devices/DmaProbe/README.md.",
        [], DBNull.Value, (_, _) => new DmaProbeDevice());
}
