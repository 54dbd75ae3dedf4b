using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Cli.Machines;

/// <summary>What a machine behind the door consists of.</summary>
internal sealed record MachineParts
{
    /// <summary>Where RAM lies.</summary>
    public MemoryLayout Memory { get; init; } = new(256UL << 20);

    /// <summary>Local APICs that interrupts can reach; their ids are 0 up to this.</summary>
    public int CpuCount { get; init; } = 1;

    /// <summary>The remapping unit's options, or null for a machine without one.</summary>
    public RemappingUnitOptions? Unit { get; init; }

    /// <summary>Functions and their places on bus 0.</summary>
    public IReadOnlyList<(PciFunction Function, Bdf Place)> Functions { get; init; } = [];

    /// <summary>What the devices hold of the host, given back with the machine.</summary>
    public IReadOnlyList<IDisposable> Owned { get; init; } = [];
}
