using DriverSdk.Contract.Memory;
using DriverSdk.Hardware.Boards;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Sanitizer;

namespace DriverSdk.Machines;

/// <summary>A whole machine: hardware, a kernel that runs on it, and the sanitizer that watches both. Built by <see cref="MachineBuilder"/>.</summary>
/// <remarks>Drivers run inside <see cref="Run"/>. Many machines may live in one process; they share nothing.</remarks>
public sealed class Machine : IDisposable
{
    private readonly PhysicalMemory _memory;
    private readonly KernelScheduler _scheduler;

    internal Machine(MachineParts parts)
    {
        _memory = new PhysicalMemory(parts.Memory);
        _scheduler = parts.Seed is { } seed
            ? KernelScheduler.Deterministic(parts.Boot.CpuCount, seed)
            : KernelScheduler.OnHostThreads(parts.Boot.CpuCount);
        Timeline = _scheduler.CreateTimeline(parts.Progress);
        Kernel = new KernelInstance(_memory, parts.Boot, _scheduler, parts.Options);
        Sanitizer = new DriverSanitizer(Kernel, parts.Sanitizer);
        try
        {
            Board = new Board(_memory, parts.Boot, parts.Units, parts.Tap?.TapInterrupts(Kernel.Interrupts) ?? Kernel.Interrupts, Timeline);
            foreach (var tables in Board.Units.Select(unit => unit.TableMemory).OfType<TableMemory>())
                tables.OnStaleRead = ReportStaleTable;
            foreach (var (function, place) in parts.Functions)
                Board.RootComplex.Attach(function, place);
            BoardFirmware.Install(_memory, parts.Boot, parts.Units, parts.Reservations);
            var bus = parts.Tap?.TapBus(_memory, Board.CpuBus) ?? Board.CpuBus;
            _scheduler.Run(() => Kernel.Boot(bus, Board.CpuCaches));
        }
        catch
        {
            // Nobody gets this machine, so nobody else could end its CPUs and give its memory back.
            Dispose();
            throw;
        }
    }

    /// <summary>The kernel that runs on the machine.</summary>
    public KernelInstance Kernel { get; }

    /// <summary>The sanitizer, with what it has found.</summary>
    public DriverSanitizer Sanitizer { get; }

    /// <summary>When devices make progress; the policy may be changed while the machine runs.</summary>
    public DeviceTimeline Timeline { get; }

    /// <summary>What the IOMMU refused, all units together, as the kernel read it in their fault interrupts; empty on a machine without one.</summary>
    public IommuFaultLog IommuFaults => Kernel.Iommu.Faults;

    /// <summary>What the machine has counted so far.</summary>
    public MachineStatistics Statistics => new()
    {
        MapCount = Kernel.Iommu.Counters.MapCount,
        UnmapCount = Kernel.Iommu.Counters.UnmapCount,
        IotlbHits = Board.Units.Sum(unit => unit.CaptureStatistics().IotlbHits),
        IotlbMisses = Board.Units.Sum(unit => unit.CaptureStatistics().TableWalks),
        FaultCount = Board.Units.Sum(unit => unit.CaptureStatistics().Faults),
        BytesMoved = (long)Board.RootComplex.BytesMoved,
    };

    internal Board Board { get; }

    /// <summary>Runs <paramref name="body"/> as the kernel's init task on CPU 0, on the caller's thread, until it returns.</summary>
    /// <exception cref="KernelOopsException">A kernel task died of an exception.</exception>
    /// <exception cref="KernelDeadlockException">Nothing can run any more; the message names each task and what it waits for.</exception>
    public void Run(Action<KernelInstance> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _scheduler.Run(() => body(Kernel));
    }

    private void ReportStaleTable(StaleTableRead read)
    {
        var table = read.Table == TableKind.Paging ? $"page table of level {read.Level}" : $"{read.Table.ToString().ToLowerInvariant()} table";
        var device = Kernel.Pci.Devices.FirstOrDefault(device => device.Location == read.Requester)?.Name ?? read.Requester.ToString();
        Sanitizer.Report(new StaleTable(read.Line, read.Entry, table, device, read.Seen, read.Written));
    }

    /// <summary>Ends every task and gives the memory back.</summary>
    public void Dispose()
    {
        _scheduler.Dispose();
        ((IDisposable)Kernel).Dispose();
        Sanitizer.Debug?.Dispose();
        _memory.Dispose();
    }
}
