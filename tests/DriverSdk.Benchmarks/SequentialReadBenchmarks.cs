using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Sanitizer;

namespace DriverSdk.Benchmarks;

/// <summary>
/// How fast does a disk stream through driver, controller and IOMMU? Reads of 1 MiB with 32 in flight, each mapped and unmapped, of a file in the page cache. Beside it
/// the floors: a bare <c>pread</c> loop over the same file into the same memory, and a copy of as many bytes into that memory. Each figure is per MiB.
/// </summary>
[MemoryDiagnoser]
public unsafe class SequentialReadBenchmarks
{
    private const int MiB = 1 << 20;
    private const int Commands = 256;
    private const int Depth = 32;

    private readonly ulong[] _offsets = [.. Enumerable.Range(0, Commands).Select(command => (ulong)command * MiB)];
    private DiskFile _file = null!;
    private FileBackend _backend = null!;
    private NvmeRig _rig = null!;
    private byte* _source;

    /// <summary>What the sanitizer watches.</summary>
    [Params(DmaChecks.Off, DmaChecks.Exact)]
    public DmaChecks Checks { get; set; }

    /// <summary>Makes the file, the machine and the source of the copy, and touches all of the memory.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _file = new DiskFile(Commands * MiB);
        _backend = new FileBackend(_file.Path, BackendAccess.ReadOnly);
        _rig = new NvmeRig(_backend, new() { DepthCommands = Depth, CommandBytes = MiB, Checks = Checks });
        _source = (byte*)NativeMemory.Alloc(Commands * MiB);
        new Span<byte>(_source, Commands * MiB).Fill(1);
        _rig.Read(_offsets);
    }

    /// <summary>Gives all of it back.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        NativeMemory.Free(_source);
        _rig.Dispose();
        _backend.Dispose();
        _file.Dispose();
    }

    /// <summary>Floor: one thread reads the file into the driver's memory with nothing between.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Commands)]
    public void PreadLoop()
    {
        for (var command = 0; command < Commands; command++)
            RandomAccess.Read(_file.Handle, _rig.MemoryOf(command % Depth), (long)_offsets[command]);
    }

    /// <summary>Floor: as many bytes copied inside the process.</summary>
    [Benchmark(OperationsPerInvoke = Commands)]
    public void Memcpy()
    {
        for (var command = 0; command < Commands; command++)
            new Span<byte>(_source + _offsets[command], MiB).CopyTo(_rig.MemoryOf(command % Depth));
    }

    /// <summary>The driver reads the file.</summary>
    [Benchmark(OperationsPerInvoke = Commands)]
    public void ReadThroughDriver() => _rig.Read(_offsets);
}
