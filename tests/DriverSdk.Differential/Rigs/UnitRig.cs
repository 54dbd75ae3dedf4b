using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Differential.Twin;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Differential.Rigs;

/// <summary>The remapping unit alone, in this process: what the long comparisons run against.</summary>
internal sealed class UnitRig : IRig
{
    private const int QueueEntries = 256;
    private const uint RootPointer = 1u << 30;
    private const uint QueueEnable = 1u << 26;
    private const uint TranslationEnable = 1u << 31;

    private readonly PhysicalMemory _memory = new(new MemoryLayout(MemoryMap.RamBytes));
    private readonly RemappingUnit _unit;
    private readonly List<ulong> _reads = [];
    private int _tail;
    private uint _waits;

    /// <summary>Makes the unit and turns it on.</summary>
    public UnitRig(string name, RemappingUnitOptions options)
    {
        Name = name;
        Shape = new UnitShape(options.AddressWidth, options.HostAddressWidth, MemoryMap.RamBytes);
        _unit = new RemappingUnit(_memory, options, new NoMessages());
        Store(RegisterOffsets.RootTableAddress, MemoryMap.Root, AccessWidth.QuadWord);
        Store(RegisterOffsets.GlobalCommand, RootPointer, AccessWidth.DoubleWord);
        Store(RegisterOffsets.QueueAddress, MemoryMap.Queue, AccessWidth.QuadWord);
        Store(RegisterOffsets.GlobalCommand, QueueEnable, AccessWidth.DoubleWord);
        Store(RegisterOffsets.GlobalCommand, QueueEnable | TranslationEnable, AccessWidth.DoubleWord);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public UnitShape Shape { get; }

    /// <summary>The unit, for its statistics.</summary>
    public RemappingUnit Unit => _unit;

    /// <inheritdoc/>
    public void Write(IReadOnlyList<KeyValuePair<ulong, ulong>> words)
    {
        foreach (var (place, word) in words)
            Put(place, word);
    }

    /// <inheritdoc/>
    public ulong Read(ulong place) =>
        _memory.TryReadEntry(new PhysAddr(place), out var word) ? word : throw new ArgumentOutOfRangeException(nameof(place), place, "The word lies outside RAM.");

    /// <inheritdoc/>
    public void Invalidate(in InvalidationCommand command)
    {
        var (low, high) = command.Descriptor;
        Append(low, high);
        Append(0x25 | ((ulong)++_waits << 32), MemoryMap.Status);
        Store(RegisterOffsets.QueueTail, (ulong)_tail << 4, AccessWidth.QuadWord);
        if ((uint)Read(MemoryMap.Status) != _waits)
            throw new InvalidOperationException($"{Name} did not carry out {command}: FSTS 0x{_unit.Read(RegisterOffsets.FaultStatus, AccessWidth.DoubleWord):x}.");
    }

    /// <inheritdoc/>
    public ulong NextWord { get; private set; } = 0x3000_0000_0000_0001;

    /// <inheritdoc/>
    public KnownDeviations Deviations => KnownDeviations.None;

    /// <inheritdoc/>
    public Observation Request(in DeviceRequest request)
    {
        var access = request.Kind == RequestKind.Write ? IommuAccess.Write : IommuAccess.Read;
        var reaches = _unit.TryTranslate(new Bdf((ushort)request.DevFn), new Iova(request.Address), access, out var page) && _memory.Contains(page.Address, sizeof(ulong));
        if (request.Kind == RequestKind.Read)
            _reads.Add(reaches ? Read(page.Address.Value) : 0);
        else if (reaches)
            Put(page.Address.Value, NextWord);
        if (request.Kind == RequestKind.Write)
            NextWord++;
        return TakeFault();
    }

    /// <inheritdoc/>
    public IReadOnlyList<ulong> TakeReads()
    {
        ulong[] reads = [.. _reads];
        _reads.Clear();
        return reads;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    private Observation TakeFault()
    {
        var place = _unit.Capability.FaultRecordsOffset;
        var high = _unit.Read(place + 8, AccessWidth.QuadWord);
        if (high >> 63 == 0)
            return default;
        var low = _unit.Read(place, AccessWidth.QuadWord);
        Store(place + 8, 1UL << 63, AccessWidth.QuadWord);
        return new Observation((int)((high >> 32) & 0xff), low & ~0xfffUL);
    }

    private void Append(ulong low, ulong high)
    {
        Put(MemoryMap.Queue + (ulong)(16 * _tail), low);
        Put(MemoryMap.Queue + (ulong)(16 * _tail) + 8, high);
        _tail = (_tail + 1) % QueueEntries;
    }

    private void Put(ulong place, ulong word)
    {
        if (!_memory.TryWriteEntry(new PhysAddr(place), word))
            throw new ArgumentOutOfRangeException(nameof(place), place, "The word lies outside RAM.");
    }

    private void Store(ulong register, ulong value, AccessWidth width) => _unit.Write(register, value, width);

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
