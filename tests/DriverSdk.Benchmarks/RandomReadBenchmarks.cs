using BenchmarkDotNet.Attributes;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Sanitizer;

namespace DriverSdk.Benchmarks;

/// <summary>
/// What does one small command cost from submission to completion? Random 4 KiB reads with 32 in flight, each mapped and unmapped, of a file in the page cache; beside
/// it the floor, a bare <c>pread</c> of the same places into the same memory. Each figure is per command.
/// </summary>
[MemoryDiagnoser]
public class RandomReadBenchmarks
{
    private const int FileBytes = 64 << 20;
    private const int CommandBytes = 4096;
    private const int Commands = 4096;
    private const int Depth = 32;

    private readonly ulong[] _offsets = new ulong[Commands];
    private DiskFile _file = null!;
    private FileBackend _backend = null!;
    private NvmeRig _rig = null!;

    /// <summary>What the sanitizer watches.</summary>
    [Params(DmaChecks.Off, DmaChecks.Exact)]
    public DmaChecks Checks { get; set; }

    /// <summary>Makes the file and the machine, and chooses the places.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var random = new Random(1);
        for (var command = 0; command < Commands; command++)
            _offsets[command] = (ulong)random.Next(FileBytes / CommandBytes) * CommandBytes;
        _file = new DiskFile(FileBytes);
        _backend = new FileBackend(_file.Path, BackendAccess.ReadOnly);
        _rig = new NvmeRig(_backend, new() { DepthCommands = Depth, CommandBytes = CommandBytes, Checks = Checks });
    }

    /// <summary>Gives all of it back.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _rig.Dispose();
        _backend.Dispose();
        _file.Dispose();
    }

    /// <summary>Floor: one thread reads the same places with nothing between.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Commands)]
    public void PreadLoop()
    {
        for (var command = 0; command < Commands; command++)
            RandomAccess.Read(_file.Handle, _rig.MemoryOf(command % Depth), (long)_offsets[command]);
    }

    /// <summary>The driver reads them.</summary>
    [Benchmark(OperationsPerInvoke = Commands)]
    public void ReadThroughDriver() => _rig.Read(_offsets);
}
