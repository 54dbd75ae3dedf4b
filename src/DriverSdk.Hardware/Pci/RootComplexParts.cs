using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Pci;

/// <summary>What a root complex is wired to.</summary>
internal sealed record RootComplexParts
{
    /// <summary>RAM.</summary>
    public required PhysicalMemory Memory { get; init; }

    /// <summary>Where BARs and the configuration window are decoded.</summary>
    public required SystemBus SystemBus { get; init; }

    /// <summary>Where lines end.</summary>
    public required IoApic IoApic { get; init; }

    /// <summary>Where messages end.</summary>
    public required InterruptRouter Router { get; init; }

    /// <summary>Devices' time.</summary>
    public required IDeviceTimeline Timeline { get; init; }

    /// <summary>The remapping unit, or null for a machine without one.</summary>
    public IDmaRemapper? Remapper { get; init; }

    /// <summary>Where firmware has placed configuration space in memory (ECAM), 256 MiB for 256 buses; empty when software has to program the host bridge itself.</summary>
    public required AddressRange<PhysAddr> ConfigWindow { get; init; }
}
