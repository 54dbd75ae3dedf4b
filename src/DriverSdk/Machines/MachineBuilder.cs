using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Hardware.Pci;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Sanitizer;

namespace DriverSdk.Machines;

/// <summary>Says what a machine consists of, and builds it. Every part has a default: a builder that is told nothing makes a machine with 1 GiB, two CPUs and an IOMMU.</summary>
public sealed class MachineBuilder
{
    private readonly List<(RemappingUnitOptions Options, IReadOnlyList<PciFunction> Scope)> _scopedUnits = [];
    private readonly List<BoardReservation> _reservations = [];
    private readonly Dictionary<Bdf, DefaultDomain> _deviceDomains = [];
    private readonly List<(PciFunction Function, Bdf Place)> _functions = [];
    private MemoryLayout _memory = new(1UL << 30);
    private RemappingUnitOptions? _unit = new();
    private ProgressPolicy _progress = ProgressPolicy.Immediate;
    private SanitizerOptions _sanitizer = new();
    private int _cpuCount = 2;
    private int? _seed;
    private IMachineTap? _tap;
    private DefaultDomain _defaultDomain;
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

    /// <summary>Puts a remapping unit with these options between memory and all devices that have no unit of their own.</summary>
    public MachineBuilder WithIommu(RemappingUnitOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _unit = options;
        return this;
    }

    /// <summary>Puts one more remapping unit into the machine, with devices of its own. Their registers lie from 0xFED91000 up, a page each.</summary>
    /// <param name="options">What the unit can do.</param>
    /// <param name="functions">Its devices, at any depth of the tree; a bridge stands for all behind it, and a device behind it may have a unit of its own still.</param>
    /// <exception cref="ArgumentException">No function is given, or one has a unit of its own already.</exception>
    public MachineBuilder WithIommuFor(RemappingUnitOptions options, params IReadOnlyList<PciFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(functions);
        if (functions.Count == 0)
            throw new ArgumentException("A unit of its own needs at least one function; use WithIommu for the unit of all others.", nameof(functions));
        foreach (var function in functions)
        {
            if (_scopedUnits.Any(unit => unit.Scope.Contains(function)) || functions.Count(other => other == function) > 1)
                throw new ArgumentException($"{function.GetType().Name} has a unit of its own already; a function has one.", nameof(functions));
        }

        _scopedUnits.Add((options, [.. functions]));
        return this;
    }

    /// <summary>Leaves all remapping units out: devices then use physical addresses.</summary>
    public MachineBuilder WithoutIommu()
    {
        _unit = null;
        _scopedUnits.Clear();
        return this;
    }

    /// <summary>Lets firmware go on using memory through devices while the kernel runs (RMRR): the kernel must map it 1:1 for them before it translates.</summary>
    /// <param name="range">Whole pages between 4 KiB and 0xE0000, where firmware has its memory.</param>
    /// <param name="functions">The devices that firmware uses.</param>
    /// <exception cref="ArgumentException">The range is not whole pages there, overlaps another, or no function is given.</exception>
    public MachineBuilder WithFirmwareMemory(AddressRange<PhysAddr> range, params IReadOnlyList<PciFunction> functions)
    {
        ArgumentNullException.ThrowIfNull(functions);
        if (functions.Count == 0)
            throw new ArgumentException("Firmware's memory is used through devices; give at least one.", nameof(functions));
        if (((range.Start.Value | range.LengthBytes) & PageSize.Size4K.OffsetMask) != 0 || !FirmwareMemory.Contains(range))
            throw new ArgumentException($"Firmware's memory was given as {range}; give whole pages of {FirmwareMemory}.", nameof(range));
        if (_reservations.Any(other => other.Range.Overlaps(range)))
            throw new ArgumentException($"{range} overlaps memory that firmware uses already; give each range once, with all its devices.", nameof(range));
        _reservations.Add(new BoardReservation(range, [.. functions]));
        return this;
    }

    /// <summary>Decides what the kernel puts devices into at boot. Linux: <c>iommu.passthrough</c>.</summary>
    /// <param name="domain">What every device gets that <see cref="WithDefaultDomain(DefaultDomain, Bdf)"/> does not name; a domain of its own by default.</param>
    public MachineBuilder WithDefaultDomain(DefaultDomain domain)
    {
        _defaultDomain = domain;
        return this;
    }

    /// <summary>Decides what the kernel puts one device into at boot, and with it its whole group.</summary>
    /// <param name="domain">What it demands.</param>
    /// <param name="place">Where the kernel will find it: buses behind bridges are numbered from 1 in the order of their bridges.</param>
    public MachineBuilder WithDefaultDomain(DefaultDomain domain, Bdf place)
    {
        _deviceDomains[place] = domain;
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
            Boot = new BootInformation { CpuCount = _cpuCount, AcpiRootPointer = FirmwareTables.RootPointer },
            Options = new KernelOptions { DefaultDomain = _defaultDomain, DeviceDomains = _deviceDomains },
            Units = MakeUnits(),
            Reservations = [.. _reservations],
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

    private static AddressRange<PhysAddr> FirmwareMemory => new(new PhysAddr(PageSize.CpuBytes), FirmwareTables.Home.Start.Value - PageSize.CpuBytes);

    private List<BoardUnit> MakeUnits()
    {
        var units = new List<BoardUnit>();
        if (_unit is not null)
            units.Add(new BoardUnit(BoardUnit.RegistersOf(0), _unit));
        foreach (var (options, scope) in _scopedUnits)
            units.Add(new BoardUnit(BoardUnit.RegistersOf(units.Count + (_unit is null ? 1 : 0)), options) { Scope = scope });
        return units;
    }
}
