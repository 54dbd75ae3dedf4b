using BenchmarkDotNet.Attributes;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;

namespace DriverSdk.Benchmarks;

/// <summary>
/// What does a driver's strict map and unmap cost through the emulated unit, with the sanitizer off and on? Beside it the floors: storing and clearing as many
/// 64-bit entries in RAM, and one page-selective invalidation alone. Each figure is per pair, on CPU 0 of a running machine.
/// </summary>
[MemoryDiagnoser]
public class MappingBenchmarks
{
    private const int Pairs = 1024;
    private static readonly Bdf Place = new(0, 3, 0);

    private readonly Action<KernelInstance> _mapAndUnmap;
    private readonly Action<KernelInstance> _mapAndUnmapRaw;
    private readonly Action<KernelInstance> _invalidate;
    private Machine _machine = null!;
    private PciDevice _device = null!;
    private IommuDomain _domain = null!;
    private KernelBuffer _buffer;
    private PhysAddr _entries;

    /// <summary>Keeps the loops, so that running one allocates nothing of its own.</summary>
    public MappingBenchmarks() => (_mapAndUnmap, _mapAndUnmapRaw, _invalidate) = (_ => MapAndUnmap(), _ => MapAndUnmapRaw(), Invalidate);

    /// <summary>Pages of the mapping.</summary>
    [Params(1, 256)]
    public int Pages { get; set; }

    /// <summary>What the sanitizer watches.</summary>
    [Params(DmaChecks.Off, DmaChecks.Exact, DmaChecks.GranuleCounts)]
    public DmaChecks Checks { get; set; }

    /// <summary>Builds a machine with one device.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _machine = new MachineBuilder()
            .WithSanitizer(new SanitizerOptions { Dma = Checks })
            .Attach(new NvmeController(new MemoryBackend(blockCount: 8)), Place)
            .Build();
        _machine.Run(kernel =>
        {
            _device = kernel.Pci.Devices.Single(device => device.Location == Place);
            _device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
            _domain = kernel.Iommu.DomainOf(Place)!;
            _buffer = kernel.Memory.AllocPages(Pages == 1 ? 0 : 8, Gfp.Kernel).Buffer;
            _entries = kernel.Memory.AllocPages(0, Gfp.Kernel).First.Start;
        });
    }

    /// <summary>Gives the machine back.</summary>
    [GlobalCleanup]
    public void CleanUp() => _machine.Dispose();

    /// <summary>A loan made and ended.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void StrictMapAndUnmap() => _machine.Run(_mapAndUnmap);

    /// <summary>The same through the raw door.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void StrictMapAndUnmapRaw() => _machine.Run(_mapAndUnmapRaw);

    /// <summary>The floor of the tables: as many entries stored and cleared, with release order.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Pairs)]
    public void StoreAndClearEntries()
    {
        var ram = _machine.Kernel.Memory.Ram;
        for (var pair = 0; pair < Pairs; pair++)
        {
            for (var index = 0; index < Pages; index++)
                Volatile.Write(ref ram.Entry(new PhysAddr(_entries.Value + ((ulong)index * 8))), 0x1003);
            for (var index = 0; index < Pages; index++)
                Volatile.Write(ref ram.Entry(new PhysAddr(_entries.Value + ((ulong)index * 8))), 0);
        }
    }

    /// <summary>The floor of strictness: one invalidation through the queue, waited for.</summary>
    [Benchmark(OperationsPerInvoke = Pairs)]
    public void InvalidateAlone() => _machine.Run(_invalidate);

    private void MapAndUnmap()
    {
        for (var pair = 0; pair < Pairs; pair++)
        {
            if (_device.Dma.TryMap<FromDevice>(_buffer, out var loan))
                loan.Unmap();
        }
    }

    private void MapAndUnmapRaw()
    {
        for (var pair = 0; pair < Pairs; pair++)
        {
            var handle = DmaRaw.MapSingle(_device, _buffer.Address, _buffer.LengthBytes, DmaDirection.FromDevice);
            if (!DmaRaw.MappingError(_device, handle))
                DmaRaw.UnmapSingle(_device, handle, _buffer.LengthBytes, DmaDirection.FromDevice);
        }
    }

    private void Invalidate(KernelInstance kernel)
    {
        var range = new AddressRange<Iova>(new Iova(0x10_0000), (ulong)Pages << PageSize.CpuShift);
        for (var pair = 0; pair < Pairs; pair++)
            kernel.Iommu.Unit!.Invalidate(_domain.IdOn(kernel.Iommu.Unit), range, InvalidationHint.LeafOnly);
    }
}
