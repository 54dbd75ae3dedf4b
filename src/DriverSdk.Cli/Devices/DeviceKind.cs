using DriverSdk.Hardware.Pci;

namespace DriverSdk.Cli.Devices;

/// <summary>A device that can be asked for by name.</summary>
internal abstract class DeviceKind
{
    /// <summary>Its name in <c>--device</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it is, in one sentence.</summary>
    public abstract string Meaning { get; }

    /// <summary>Its keys as help prints them.</summary>
    public abstract IEnumerable<(string Name, string Values, string Default, string Meaning)> Keys { get; }

    /// <summary>Makes one.</summary>
    /// <param name="parts">KEY=VALUE each.</param>
    /// <param name="owned">Takes what the device holds of the host.</param>
    /// <exception cref="Options.UsageException">A key is unknown or has a value that it cannot have.</exception>
    public abstract PciFunction Make(IEnumerable<string> parts, ICollection<IDisposable> owned);
}
