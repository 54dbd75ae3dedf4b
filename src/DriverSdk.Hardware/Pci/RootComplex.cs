using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Pci;

/// <summary>The root of the PCI tree: carries configuration requests down, addresses to BARs, and requests of functions up to memory.</summary>
internal sealed class RootComplex : IMmioTarget, IPortTarget
{
    private readonly Lock _decodeLock = new();
    private readonly List<DmaPort> _ports = [];
    private readonly PciBus _rootBus;
    private readonly IDmaRemapper? _remapper;
    private readonly IReadOnlyDictionary<PciFunction, IDmaRemapper> _scopedRemappers;
    private readonly SystemBus _systemBus;
    private uint _configAddress;

    /// <summary>Makes bus 0 with its host bridge, and answers configuration ports and window.</summary>
    /// <param name="parts">The parts of the board it works with.</param>
    public RootComplex(RootComplexParts parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        Memory = parts.Memory;
        _remapper = parts.Remapper;
        _scopedRemappers = parts.ScopedRemappers;
        IoApic = parts.IoApic;
        Router = parts.Router;
        Timeline = parts.Timeline;
        _systemBus = parts.SystemBus;
        _rootBus = new PciBus(this, bridge: null);
        Attach(new HostBridge(parts.ConfigWindow), default);
        _systemBus.MapPorts(ConfigAddress.AddressPort, ConfigAddress.DataPort + 3, this);
    }

    /// <summary>RAM.</summary>
    public PhysicalMemory Memory { get; }

    /// <summary>Where lines end.</summary>
    public IoApic IoApic { get; }

    /// <summary>Where messages end.</summary>
    public InterruptRouter Router { get; }

    /// <summary>Devices' time.</summary>
    public IDeviceTimeline Timeline { get; }

    /// <summary>Bytes that functions have moved to and from RAM since the board was made.</summary>
    public ulong BytesMoved
    {
        get
        {
            lock (_ports)
                return _ports.Aggregate(0UL, (sum, port) => sum + port.BytesMoved);
        }
    }

    /// <summary>Attaches a function at a place whose bus exists: bus 0, or one that software has numbered.</summary>
    /// <exception cref="ArgumentException">There is no such bus, the place is taken, or function 0 is missing.</exception>
    public void Attach(PciFunction function, Bdf place)
    {
        if (place.Bus != 0)
        {
            FindBridgeTo(place.Bus).Attach(function, place.Device, place.Function);
            return;
        }

        _rootBus.Add(function, place.Device, place.Function);
        Adopt(function);
    }

    /// <summary>Takes a function (and all below it) out of the machine. It must be idle.</summary>
    /// <exception cref="ArgumentException">The function is not attached to this machine.</exception>
    public void Detach(PciFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.Root != this)
            throw new ArgumentException($"{function.GetType().Name} is not attached to this machine.", nameof(function));
        function.OnDetached();
        function.Bus!.Remove(function);
        UpdateDecode();
    }

    /// <summary>Makes a function on one of the tree's buses work.</summary>
    public void Adopt(PciFunction function)
    {
        function.OnAttached(this);
        UpdateDecode();
    }

    /// <summary>Counts a port's bytes from now on.</summary>
    public void AddPort(DmaPort port)
    {
        lock (_ports)
            _ports.Add(port);
    }

    /// <summary>The remapping unit that a function's requests reach, or null where they are not translated.</summary>
    public IDmaRemapper? RemapperOf(PciFunction function)
    {
        for (var step = function; step is not null; step = step.Bus?.Bridge)
        {
            if (_scopedRemappers.TryGetValue(step, out var remapper))
                return remapper;
        }

        return _remapper;
    }

    /// <summary>The I/O APIC pin that a function's line reaches.</summary>
    public int RouteLine(PciFunction function, InterruptPin pin)
    {
        var line = (int)pin - 1;
        while (function.Bus?.Bridge is { } bridge)
        {
            line = (line + (function.DevFn >> 3)) % 4;
            function = bridge;
        }

        return IoApicLayout.FirstPciPin + (((function.DevFn >> 3) + line) % IoApicLayout.PciPinCount);
    }

    /// <summary>Reads configuration space; all ones when no function answers or the access is not naturally aligned.</summary>
    public uint ReadConfig(Bdf function, int offset, AccessWidth width)
    {
        var target = width.Fits((ulong)offset) ? _rootBus.Route(function.Bus, function.DevFn) : null;
        return target?.ReadConfig(offset, width) ?? (uint)width.AllOnes();
    }

    /// <summary>Writes configuration space, if a function answers.</summary>
    public void WriteConfig(Bdf function, int offset, uint value, AccessWidth width)
    {
        if (width.Fits((ulong)offset))
            _rootBus.Route(function.Bus, function.DevFn)?.WriteConfig(offset, value, width);
    }

    /// <summary>Works out anew which function answers which addresses; called after every change that could matter.</summary>
    public void UpdateDecode()
    {
        lock (_decodeLock)
        {
            var regions = new List<MmioRegion>();
            foreach (var function in _rootBus.Functions)
                function.CollectRegions(regions);
            _systemBus.SetPciRegions(regions);
        }
    }

    /// <summary>A read of the configuration window.</summary>
    ulong IMmioTarget.Read(ulong offset, AccessWidth width)
    {
        var (function, register) = Locate(offset);
        if (width != AccessWidth.QuadWord)
            return ReadConfig(function, register, width);
        var low = ReadConfig(function, register, AccessWidth.DoubleWord);
        return low | ((ulong)ReadConfig(function, register + 4, AccessWidth.DoubleWord) << 32);
    }

    /// <summary>A write of the configuration window.</summary>
    void IMmioTarget.Write(ulong offset, ulong value, AccessWidth width)
    {
        var (function, register) = Locate(offset);
        if (width != AccessWidth.QuadWord)
        {
            WriteConfig(function, register, (uint)value, width);
            return;
        }

        WriteConfig(function, register, (uint)value, AccessWidth.DoubleWord);
        WriteConfig(function, register + 4, (uint)(value >> 32), AccessWidth.DoubleWord);
    }

    /// <summary>A read of the configuration ports.</summary>
    uint IPortTarget.ReadPort(ushort port, AccessWidth width)
    {
        var address = new ConfigAddress(Volatile.Read(ref _configAddress));
        if (port == ConfigAddress.AddressPort && width == AccessWidth.DoubleWord)
            return address.Value;
        return port >= ConfigAddress.DataPort && address.IsEnabled
            ? ReadConfig(address.Function, address.Offset + (port - ConfigAddress.DataPort), width)
            : uint.MaxValue;
    }

    /// <summary>A write of the configuration ports.</summary>
    void IPortTarget.WritePort(ushort port, uint value, AccessWidth width)
    {
        var address = new ConfigAddress(Volatile.Read(ref _configAddress));
        if (port == ConfigAddress.AddressPort && width == AccessWidth.DoubleWord)
            Volatile.Write(ref _configAddress, value);
        else if (port >= ConfigAddress.DataPort && address.IsEnabled)
            WriteConfig(address.Function, address.Offset + (port - ConfigAddress.DataPort), value, width);
    }

    private static (Bdf Function, int Register) Locate(ulong offset) =>
        (new Bdf((ushort)(offset / PciHeader.ExtendedBytes)), (int)(offset % PciHeader.ExtendedBytes));

    private PciBridge FindBridgeTo(int bus)
    {
        var pending = new Queue<PciBus>([_rootBus]);
        while (pending.TryDequeue(out var candidate))
        {
            foreach (var bridge in candidate.Functions.OfType<PciBridge>())
            {
                if (bridge.SecondaryBus == bus)
                    return bridge;
                pending.Enqueue(bridge.Secondary);
            }
        }

        throw new ArgumentException($"No bridge leads to bus {bus:x2}; number a bridge's secondary bus first, or attach the function with PciBridge.Attach.");
    }
}
