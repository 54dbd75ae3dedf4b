using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Machines;

/// <summary>What a builder has decided.</summary>
internal sealed record MachineParts
{
    public required MemoryLayout Memory { get; init; }

    public required BootInformation Boot { get; init; }

    public required RemappingUnitOptions Unit { get; init; }

    /// <summary>The deterministic scheduler's seed, or null for host threads.</summary>
    public required int? Seed { get; init; }

    public required ProgressPolicy Progress { get; init; }

    public required IReadOnlyList<(PciFunction Function, Bdf Place)> Functions { get; init; }

    /// <summary>Who listens between kernel and hardware, or null.</summary>
    public required IMachineTap? Tap { get; init; }
}
