using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Machines;

/// <summary>A q35 board without firmware, kernel or running CPU: whatever happens on it, the client has asked for.</summary>
/// <remarks>One thread at a time. BARs are unassigned and the configuration window is off, as after power-on.</remarks>
internal sealed class QtestMachine : IDisposable
{
    private readonly PhysicalMemory _memory;
    private readonly Board _board;
    private readonly bool[] _forced = new bool[IoApicLayout.PinCount];
    private readonly List<IDisposable> _owned = [];

    /// <summary>Builds the board and plugs its functions in.</summary>
    /// <param name="parts">What it consists of.</param>
    /// <exception cref="ArgumentException">The unit's options contradict each other, or two functions want one place.</exception>
    public QtestMachine(MachineParts parts)
    {
        _memory = new PhysicalMemory(parts.Memory);
        try
        {
            var boot = new BootInformation { CpuCount = parts.CpuCount, Ecam = default };
            _board = new Board(_memory, boot, parts.Unit is null ? [] : BoardUnit.Only(parts.Unit), Interrupts, Timeline);
            foreach (var (function, place) in parts.Functions)
                _board.RootComplex.Attach(function, place);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }

        _owned.AddRange(parts.Owned);
        Space = new PhysicalSpace(_memory, _board.CpuBus);
    }

    /// <summary>Physical addresses: RAM and registers.</summary>
    public PhysicalSpace Space { get; }

    /// <summary>I/O ports.</summary>
    public ICpuBus Ports => _board.CpuBus;

    /// <summary>Devices' time.</summary>
    public VirtualTimeline Timeline { get; } = new();

    /// <summary>Vectors that reached the CPUs.</summary>
    public InterruptLog Interrupts { get; } = new();

    /// <summary>What the remapping unit has done, or null on a machine without one.</summary>
    public RemappingStatistics? Statistics => _board.Unit?.CaptureStatistics();

    /// <summary>Shows every change of an I/O APIC pin to <paramref name="watcher"/> from now on.</summary>
    public void WatchPins(IPinWatcher watcher) => _board.IoApic.Watcher = watcher;

    /// <summary>Asserts a pin of the I/O APIC, or takes that back, beside what the functions do; the same level twice changes nothing.</summary>
    /// <param name="pin">0 to 23.</param>
    public void RaisePin(int pin)
    {
        if (!_forced[pin])
            _board.IoApic.Assert(pin);
        _forced[pin] = true;
    }

    /// <summary>Takes back what <see cref="RaisePin"/> asserted.</summary>
    /// <param name="pin">0 to 23.</param>
    public void LowerPin(int pin)
    {
        if (_forced[pin])
            _board.IoApic.Deassert(pin);
        _forced[pin] = false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var owned in _owned)
            owned.Dispose();
        _memory.Dispose();
    }
}
