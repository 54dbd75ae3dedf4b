using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Sanitizer;

namespace DriverSdk.Machines;

/// <summary>Says what a machine consists of, and builds it. Every part has a default: a builder that is told nothing makes a machine with 1 GiB, two CPUs and an IOMMU.</summary>
public sealed class MachineBuilder
{
    private static readonly PhysAddr UnitBase = new(0xFED9_0000);

    private readonly List<(PciFunction Function, Bdf Place)> _functions = [];
    private MemoryLayout _memory = new(1UL << 30);
    private RemappingUnitOptions? _unit = new();
    private ProgressPolicy _progress = ProgressPolicy.Immediate;
    private SanitizerOptions _sanitizer = new();
    private int _cpuCount = 2;
    private int? _seed;
    private IMachineTap? _tap;
    private bool _built;

    /// <summary>Gives the machine RAM; it costs host memory only where it is written.</summary>
    /// <param name="bytes">32 MiB to 64 GiB, a multiple of 2 MiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size lies outside that range.</exception>
    public MachineBuilder WithRam(ulong bytes)
    {
        _memory = new MemoryLayout(bytes);
        return this;
    }

    /// <summary>Gives the machine CPUs.</summary>
    /// <param name="count">1 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count lies outside that range.</exception>
    public MachineBuilder WithCpus(int count)
    {
        if (count is < 1 or > KernelScheduler.MaxCpus)
            throw new ArgumentOutOfRangeException(nameof(count), count, $"A machine has 1 to {KernelScheduler.MaxCpus} CPUs.");
        _cpuCount = count;
        return this;
    }

    /// <summary>Puts a remapping unit with these options between devices and memory.</summary>
    public MachineBuilder WithIommu(RemappingUnitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _unit = options;
        return this;
    }

    /// <summary>Leaves the remapping unit out: devices then use physical addresses.</summary>
    public MachineBuilder WithoutIommu()
    {
        _unit = null;
        return this;
    }

    /// <summary>Runs everything in an order that the seed decides, in virtual time; the same seed gives the same run.</summary>
    /// <param name="seed">Any number.</param>
    public MachineBuilder Deterministic(int seed)
    {
        _seed = seed;
        return this;
    }

    /// <summary>Decides when devices do what their registers ask for.</summary>
    public MachineBuilder WithDeviceProgress(ProgressPolicy policy)
    {
        _progress = policy;
        return this;
    }

    /// <summary>Chooses what the sanitizer checks and what it does with a finding.</summary>
    public MachineBuilder WithSanitizer(SanitizerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _sanitizer = options;
        return this;
    }

    /// <summary>Plugs a device or a bridge into bus 0; devices behind a bridge are attached to the bridge itself.</summary>
    /// <param name="function">The device model.</param>
    /// <param name="place">Bus 0, device 1 to 31, any function.</param>
    /// <exception cref="ArgumentException">The place is taken or not on bus 0.</exception>
    public MachineBuilder Attach(PciFunction function, Bdf place)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (place.Bus != 0 || place.Device == 0)
            throw new ArgumentException($"{place} is no free place on bus 0; choose 00:01.0 to 00:1f.7, and attach what lies behind a bridge to the bridge.", nameof(place));
        if (_functions.Any(other => other.Place == place))
            throw new ArgumentException($"{place} is taken already; choose another place.", nameof(place));
        _functions.Add((function, place));
        return this;
    }

    /// <summary>Builds the machine and boots its kernel, which finds the functions and assigns their BARs. Dispose of it to give its memory back.</summary>
    /// <exception cref="ArgumentException">The IOMMU's options contradict each other.</exception>
    /// <exception cref="InvalidOperationException">The builder has built a machine already.</exception>
    public Machine Build()
    {
        if (_built)
            throw new InvalidOperationException("This builder has built its machine, and its devices are plugged in there; make a new builder with new devices.");
        _built = true;
        return new Machine(new MachineParts
        {
            Memory = _memory,
            Boot = new BootInformation { CpuCount = _cpuCount, RemappingUnitBase = _unit is null ? null : UnitBase },
            Unit = _unit ?? new RemappingUnitOptions(),
            Seed = _seed,
            Progress = _progress,
            Sanitizer = _sanitizer,
            Functions = [.. _functions],
            Tap = _tap,
        });
    }

    /// <summary>Has somebody listen between kernel and hardware.</summary>
    internal MachineBuilder WithTap(IMachineTap tap)
    {
        _tap = tap;
        return this;
    }
}
