using BenchmarkDotNet.Attributes;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Sanitizer;

namespace DriverSdk.Benchmarks;

/// <summary>
/// What does a strict map and unmap cost through the emulated unit, with the sanitizer off and on? Beside it the floors: storing and clearing as many 64-bit
/// entries in RAM, and one page-selective invalidation alone.
/// </summary>
[MemoryDiagnoser]
public class MappingBenchmarks
{
    private static readonly PhysAddr UnitBase = new(0xFED9_0000);

    private PhysicalMemory _ram = null!;
    private IommuCore _iommu = null!;
    private BenchmarkDevice _device = null!;
    private IommuDomain _domain = null!;
    private KernelBuffer _buffer;
    private PhysAddr _entries;

    /// <summary>Pages of the mapping.</summary>
    [Params(1, 256)]
    public int Pages { get; set; }

    /// <summary>What the sanitizer watches.</summary>
    [Params(DmaChecks.Off, DmaChecks.Exact, DmaChecks.GranuleCounts)]
    public DmaChecks Checks { get; set; }

    /// <summary>Builds RAM, unit, kernel memory and one device.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var callSites = new CallSiteTable();
        _ram = new PhysicalMemory(new MemoryLayout(64UL << 20));
        var memory = new KernelMemory(_ram, cpuCount: 1, callSites);
        _ = new DriverSanitizer(memory, callSites, new SanitizerOptions { Dma = Checks });
        var bus = new SystemBus();
        bus.Map(new AddressRange<PhysAddr>(UnitBase, RegisterOffsets.PageBytes), new RemappingUnit(_ram, new RemappingUnitOptions(), new NoMessages()));
        _iommu = new IommuCore(memory, callSites, new BootInformation { CpuCount = 1, RemappingUnitBase = UnitBase }, bus);
        _device = new BenchmarkDevice();
        _iommu.Attach(_device, new Bdf(0, 1, 0));
        _device.Dma.Mapper.Mask = DmaMask.Bits(64);
        _domain = _iommu.DomainOf(new Bdf(0, 1, 0))!;
        _buffer = memory.AllocPages(Pages == 1 ? 0 : 8, Gfp.Atomic).Buffer;
        _entries = memory.AllocPages(0, Gfp.Atomic).First.Start;
    }

    /// <summary>Gives the RAM back.</summary>
    [GlobalCleanup]
    public void CleanUp() => _ram.Dispose();

    /// <summary>A loan made and ended.</summary>
    [Benchmark]
    public void StrictMapAndUnmap()
    {
        _device.Dma.TryMap<FromDevice>(_buffer, out var loan);
        loan.Unmap();
    }

    /// <summary>The floor of the tables: as many entries stored and cleared, with release order.</summary>
    [Benchmark(Baseline = true)]
    public void StoreAndClearEntries()
    {
        for (var index = 0; index < Pages; index++)
            Volatile.Write(ref _ram.Entry(new PhysAddr(_entries.Value + ((ulong)index * 8))), 0x1003);
        for (var index = 0; index < Pages; index++)
            Volatile.Write(ref _ram.Entry(new PhysAddr(_entries.Value + ((ulong)index * 8))), 0);
    }

    /// <summary>The floor of strictness: one invalidation through the queue, waited for.</summary>
    [Benchmark]
    public void InvalidateAlone() =>
        _iommu.Unit!.Invalidate(_domain.Id, new AddressRange<Iova>(new Iova(0x10_0000), (ulong)Pages << PageSize.CpuShift), InvalidationHint.LeafOnly);

    private sealed class BenchmarkDevice() : Device(null!, "0000:00:01.0");

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
