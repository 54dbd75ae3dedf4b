using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Hardware.Dma;
using DriverSdk.Kernel.Iommu;

namespace DriverSdk.Testing;

/// <summary>One access of the probe, already made, and what a scenario may expect of it.</summary>
public sealed class DeviceAccess
{
    private readonly TestMachine _machine;
    private readonly MachineSnapshot _before;
    private readonly Iova _start;
    private readonly IommuAccess _access;
    private readonly long _hits;
    private readonly long _misses;

    internal DeviceAccess(TestMachine machine, MachineSnapshot before, Iova start, IommuAccess access, DmaStatus status)
    {
        _machine = machine;
        _before = before;
        _start = start;
        _access = access;
        Status = status;
        var after = machine.Machine.Statistics;
        _hits = after.IotlbHits - before.Statistics.IotlbHits;
        _misses = after.IotlbMisses - before.Statistics.IotlbMisses;
    }

    /// <summary>How the access ended on the bus.</summary>
    public DmaStatus Status { get; }

    /// <summary>Expects that every byte moved.</summary>
    /// <exception cref="ScenarioFailedException">The access was refused; the message says what the kernel logged.</exception>
    public DeviceAccess ShouldLand() => Status == DmaStatus.Success ? this : throw Failure("should land");

    /// <summary>Expects that the IOMMU refused the access and that the kernel logged why.</summary>
    /// <param name="reason">The reason.</param>
    /// <exception cref="ScenarioFailedException">It went through, or nothing or something else was logged.</exception>
    public FaultExpectation ShouldFault(FaultReason reason)
    {
        if (Status == DmaStatus.Success)
            throw Failure($"should fault with {reason}");
        var faults = NewFaults();
        var matching = faults.Where(fault => fault.Source == _machine.Probe.RequesterId && fault.Reason == reason).ToArray();
        return matching is [.., var last] ? new FaultExpectation(last) : throw Failure($"should fault with {reason}");
    }

    /// <summary>Expects that the access was refused on its way, before the IOMMU saw it: the kernel logged nothing.</summary>
    /// <exception cref="ScenarioFailedException">It went through, or the IOMMU refused it.</exception>
    public DeviceAccess ShouldNotReachTheIommu() =>
        Status == DmaStatus.UnsupportedRequest && NewFaults().Count == 0 && _hits + _misses == 0 ? this : throw Failure("should be refused before the IOMMU");

    /// <summary>Expects that every translation was found in the IOTLB.</summary>
    /// <exception cref="ScenarioFailedException">Tables were walked, or nothing was translated.</exception>
    public DeviceAccess ShouldHit() => _hits > 0 && _misses == 0 ? this : throw Failure("should hit the IOTLB");

    /// <summary>Expects that no translation was found in the IOTLB.</summary>
    /// <exception cref="ScenarioFailedException">One was, or nothing was translated.</exception>
    public DeviceAccess ShouldMiss() => _misses > 0 && _hits == 0 ? this : throw Failure("should miss the IOTLB");

    private IReadOnlyList<IommuFault> NewFaults()
    {
        _machine.Settle();
        var log = _machine.Machine.IommuFaults;
        var count = (int)Math.Min(log.TotalCount - _before.FaultsLogged, IommuFaultLog.Capacity);
        return [.. log.Snapshot().TakeLast(count)];
    }

    private ScenarioFailedException Failure(string expected)
    {
        var faults = NewFaults();
        var logged = faults.Count == 0 ? "the kernel logged no fault" : $"the kernel logged: {string.Join("; ", faults)}";
        return new ScenarioFailedException(
            $"The {_access.ToString().ToLowerInvariant()} of {_start} by {_machine.Device.Name} {expected}; it ended with {Status}, {_hits} IOTLB hits and {_misses} walks, and {logged}.");
    }
}
