using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Where a function stands in the PCI tree, as far as it decides under which ids its requests arrive and from whom it is isolated.</summary>
/// <param name="Location">Where its configuration space is.</param>
internal sealed record PciPlace(Bdf Location)
{
    /// <summary>The bridge above, or null on bus 0.</summary>
    public PciPlace? Bridge { get; init; }

    /// <summary>What it is to requests from below.</summary>
    public PciPortKind Kind { get; init; }

    /// <summary>Whether its device has several functions.</summary>
    public bool IsOneOfSeveral { get; init; }

    /// <summary>Whether it sends every request upwards (ACS), so that the IOMMU sees what its device or bus does.</summary>
    public bool Isolates { get; init; }

    /// <summary>The bridges from bus 0 down, and the function itself.</summary>
    public IReadOnlyList<PciPlace> Path => Bridge is null ? [this] : [.. Bridge.Path, this];

    /// <summary>The ids under which its requests may arrive: its own, and those of bridges to conventional PCI above it. Linux: <c>pci_for_each_dma_alias()</c>.</summary>
    public IReadOnlyList<Bdf> Requesters
    {
        get
        {
            var requesters = new List<Bdf> { Location };
            for (var step = this; step.Bridge is { } bridge; step = bridge)
            {
                var alias = new Bdf(step.Location.Bus, 0, 0);
                if (bridge.Kind == PciPortKind.ExpressToPci && !requesters.Contains(alias))
                    requesters.Add(alias);
            }

            return requesters;
        }
    }

    /// <summary>What functions have in common that cannot be isolated from each other. Linux: <c>pci_device_group()</c>.</summary>
    /// <remarks>Functions share a group behind the uppermost bridge that aliases or does not isolate, and as functions of one device without access control.</remarks>
    public Bdf GroupKey
    {
        get
        {
            var shared = this;
            for (var bridge = Bridge; bridge is not null; bridge = bridge.Bridge)
                shared = bridge.Isolates ? shared : bridge;
            return shared.IsOneOfSeveral && !shared.Isolates ? new Bdf(shared.Location.Bus, shared.Location.Device, 0) : shared.Location;
        }
    }
}
