using DriverSdk.Contract.Addressing;
using DriverSdk.Differential.Twin;
using DriverSdk.Qtest.Iommu;
using DriverSdk.Qtest.Machines;
using DriverSdk.Qtest.Pci;

namespace DriverSdk.Differential.Rigs;

/// <summary>A machine behind a qtest socket, ours or QEMU's, with two edu devices. It takes its requests from their registers and shows their effects in memory.</summary>
internal sealed class QtestRig : IRig
{
    private const int WriteSlots = 255;
    private const int ReadSlots = 256;
    private const int WordBytes = sizeof(ulong);
    private const ulong FirstWord = 0x3000_0000_0000_0001;
    private const ulong Bounce = 0x11_0000;
    private const ulong FirstBar = 0xe000_0000;

    private readonly QtestMachine _machine;
    private readonly RegisterFile _registers;
    private readonly InvalidationQueue _queue;
    private readonly Dictionary<int, EduDevice> _devices = [];
    private readonly List<(int DevFn, int Slot)> _reads = [];
    private int _write;

    /// <summary>Takes over a machine that has just started.</summary>
    public QtestRig(string name, QtestMachine machine, UnitShape shape)
    {
        (Name, _machine, Shape) = (name, machine, shape);
        var bar = FirstBar;
        foreach (var function in new PciConfig(machine.Client).Enumerate(0).Where(function => MemoryMap.DevFns.Contains(function.Address.DevFn)))
        {
            _devices.Add(function.Address.DevFn, new EduDevice(machine, function, new PhysAddr(bar)));
            bar += EduDevice.BarBytes;
        }

        FillBuffers();
        _registers = new RegisterFile(machine, RegisterFile.UsualPlace);
        _registers.SetRootTable(new PhysAddr(MemoryMap.Root));
        _queue = new InvalidationQueue(_registers, new PhysAddr(MemoryMap.Queue), 0, new PhysAddr(MemoryMap.Status));
        _queue.Enable();
        _registers.EnableTranslation();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public UnitShape Shape { get; }

    /// <inheritdoc/>
    public ulong NextWord => FirstWord + (ulong)(uint)_write;

    /// <inheritdoc/>
    public KnownDeviations Deviations => _machine is QemuMachine ? KnownDeviations.Qemu : KnownDeviations.None;

    /// <inheritdoc/>
    public void Write(IReadOnlyList<KeyValuePair<ulong, ulong>> words)
    {
        var batch = _machine.Client.StartBatch();
        foreach (var (place, word) in words)
            batch.Write64(new PhysAddr(place), word);
        batch.Run();
    }

    /// <inheritdoc/>
    public ulong Read(ulong place) => _machine.Client.Read64(new PhysAddr(place));

    /// <inheritdoc/>
    public void Invalidate(in InvalidationCommand command) => _queue.SubmitAndWait(command.Descriptor);

    /// <inheritdoc/>
    public Observation Request(in DeviceRequest request)
    {
        var device = _devices[request.DevFn];
        if (request.Kind == RequestKind.Write)
        {
            device.WriteMemory(new Iova(request.Address), _write * WordBytes, WordBytes);
            _write = (_write + 1) % WriteSlots;
        }
        else
        {
            var slot = WriteSlots + (_reads.Count % ReadSlots);
            _reads.Add((request.DevFn, slot));
            device.ReadMemory(new Iova(request.Address), slot * WordBytes, WordBytes);
        }

        return TakeFault();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ulong> TakeReads()
    {
        if (_reads.Count == 0)
            return [];
        _registers.DisableTranslation();
        var buffers = _reads.Select(read => read.DevFn).Distinct().ToDictionary(devFn => devFn, TakeBuffer);
        _registers.EnableTranslation();
        ulong[] words = [.. _reads.Select(read => buffers[read.DevFn][read.Slot - WriteSlots])];
        _reads.Clear();
        return words;
    }

    /// <inheritdoc/>
    public void Dispose() => _machine.Dispose();

    private void FillBuffers()
    {
        Write([.. Enumerable.Range(0, WriteSlots).Select(slot => new KeyValuePair<ulong, ulong>(Bounce + (ulong)(uint)(slot * WordBytes), FirstWord + (ulong)(uint)slot))]);
        foreach (var device in _devices.Values)
            device.ReadMemory(new Iova(Bounce), 0, WriteSlots * WordBytes);
    }

    private ulong[] TakeBuffer(int devFn)
    {
        _devices[devFn].WriteMemory(new Iova(Bounce), WriteSlots * WordBytes, ReadSlots * WordBytes);
        var batch = _machine.Client.StartBatch();
        for (var slot = 0; slot < ReadSlots; slot++)
            batch.Read64(new PhysAddr(Bounce + (ulong)(uint)(slot * WordBytes)));
        return [.. batch.Run()];
    }

    private Observation TakeFault()
    {
        var high = _registers.Read64(_registers.FaultRecords + WordBytes);
        if (high >> 63 == 0)
            return default;
        var low = _registers.Read64(_registers.FaultRecords);
        _registers.Write64(_registers.FaultRecords + WordBytes, 1UL << 63);
        return new Observation((int)((high >> 32) & 0xff), low & ~0xfffUL);
    }
}
