using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using DriverSdk.Contract.Addressing;
using DriverSdk.Qtest;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Pci;

namespace DriverSdk.Benchmarks;

/// <summary>
/// How many qtest requests a second does our door answer, beside QEMU's? One register read at a time; 256 sent before the first answer is read; and a whole DMA of
/// the edu device until it is done. The client is the same for both. The floor is a thread that answers every line at once: client, socket and two wake-ups.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class QtestBenchmarks
{
    private const int BatchRequests = 256;
    private const int TransferBytes = 1024;
    private static readonly Bdf Place = new(0, 4, 0);
    private static readonly PhysAddr Registers = new(0xfea0_0000);
    private static readonly Iova Target = new(0x40_0000);
    private BareAnswerer? _answerer;
    private QtestMachine? _machine;
    private QtestClient _client = null!;
    private EduDevice _edu = null!;

    /// <summary>Connects to the floor.</summary>
    [GlobalSetup(Targets = [nameof(BareRead), nameof(BareBatch), nameof(BareTransfer)])]
    public void Answer()
    {
        _answerer = new BareAnswerer();
        _client = _answerer.Client;
    }

    /// <summary>Starts our machine.</summary>
    [GlobalSetup(Targets = [nameof(DriverSdkRead), nameof(DriverSdkBatch), nameof(DriverSdkTransfer)])]
    public void StartDriverSdk() => Use(DriverSdkMachine.Start(Options()));

    /// <summary>Starts QEMU.</summary>
    [GlobalSetup(Targets = [nameof(QemuRead), nameof(QemuBatch), nameof(QemuTransfer)])]
    public void StartQemu() => Use(QemuMachine.Start(Options()));

    /// <summary>Ends whatever was started.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _answerer?.Dispose();
        _machine?.Dispose();
        (_answerer, _machine) = (null, null);
    }

    /// <summary>One line and its answer.</summary>
    [BenchmarkCategory("Read")]
    [Benchmark(Baseline = true)]
    public uint BareRead() => Read();

    /// <summary>A register of the remapping unit, here.</summary>
    [BenchmarkCategory("Read")]
    [Benchmark]
    public uint DriverSdkRead() => Read();

    /// <summary>A register of the remapping unit, in QEMU.</summary>
    [BenchmarkCategory("Read")]
    [Benchmark]
    public uint QemuRead() => Read();

    /// <summary>Many lines and their answers.</summary>
    [BenchmarkCategory("Batch")]
    [Benchmark(Baseline = true, OperationsPerInvoke = BatchRequests)]
    public int BareBatch() => ReadMany();

    /// <summary>Many reads of the register, here.</summary>
    [BenchmarkCategory("Batch")]
    [Benchmark(OperationsPerInvoke = BatchRequests)]
    public int DriverSdkBatch() => ReadMany();

    /// <summary>Many reads of the register, in QEMU.</summary>
    [BenchmarkCategory("Batch")]
    [Benchmark(OperationsPerInvoke = BatchRequests)]
    public int QemuBatch() => ReadMany();

    /// <summary>The lines of a DMA that is done at the second look: four writes together, a look, the clock, a look.</summary>
    [BenchmarkCategory("Transfer")]
    [Benchmark(Baseline = true)]
    public uint BareTransfer()
    {
        var batch = _client.StartBatch();
        for (var register = 0UL; register < 4; register++)
            batch.Write64(Registers + (register * 8), register);
        batch.Run();
        return Read() + Read() + Read();
    }

    /// <summary>1 KiB from the device's buffer into memory, here: the client moves the clock.</summary>
    [BenchmarkCategory("Transfer")]
    [Benchmark]
    public void DriverSdkTransfer() => _edu.WriteMemory(Target, 0, TransferBytes);

    /// <summary>The same in QEMU, whose clock jumps by itself: the client asks until it is done.</summary>
    [BenchmarkCategory("Transfer")]
    [Benchmark]
    public void QemuTransfer() => _edu.WriteMemory(Target, 0, TransferBytes);

    private static QtestMachineOptions Options() => new QtestMachineOptions().With("edu", Place);

    private void Use(QtestMachine machine)
    {
        (_machine, _client) = (machine, machine.Client);
        _edu = new EduDevice(machine, new PciFunction(new PciConfig(_client), Place), Registers);
    }

    private uint Read() => _client.Read32(RegisterFile.UsualPlace);

    private int ReadMany()
    {
        var batch = _client.StartBatch();
        for (var request = 0; request < BatchRequests; request++)
            batch.Read32(RegisterFile.UsualPlace);
        return batch.Run().Count;
    }
}
