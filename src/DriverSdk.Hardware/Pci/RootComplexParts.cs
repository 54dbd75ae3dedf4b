using System.Collections.ObjectModel;
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

    /// <summary>The remapping unit of every function that <see cref="ScopedRemappers"/> does not give to another, or null where those are not translated.</summary>
    public IDmaRemapper? Remapper { get; init; }

    /// <summary>Units that have functions of their own; a bridge stands for all behind it, and what is named nearest to a function counts.</summary>
    public IReadOnlyDictionary<PciFunction, IDmaRemapper> ScopedRemappers { get; init; } = ReadOnlyDictionary<PciFunction, IDmaRemapper>.Empty;

    /// <summary>Where firmware has placed configuration space in memory (ECAM), 256 MiB for 256 buses; empty when software has to program the host bridge itself.</summary>
    public required AddressRange<PhysAddr> ConfigWindow { get; init; }
}
