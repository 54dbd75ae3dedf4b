using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Sanitizer;

namespace DriverSdk.Machines;

/// <summary>What a builder has decided.</summary>
internal sealed record MachineParts
{
    public required MemoryLayout Memory { get; init; }

    public required BootInformation Boot { get; init; }

    /// <summary>The remapping units, the one that includes all first.</summary>
    public required IReadOnlyList<BoardUnit> Units { get; init; }

    public required IReadOnlyList<BoardReservation> Reservations { get; init; }

    public required KernelOptions Options { get; init; }

    /// <summary>The deterministic scheduler's seed, or null for host threads.</summary>
    public required int? Seed { get; init; }

    public required ProgressPolicy Progress { get; init; }

    public required SanitizerOptions Sanitizer { get; init; }

    public required IReadOnlyList<(PciFunction Function, Bdf Place)> Functions { get; init; }

    /// <summary>Who listens between kernel and hardware, or null.</summary>
    public required IMachineTap? Tap { get; init; }
}
