using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Tests.Hardware.Iommu;

/// <summary>A remapping unit with RAM and a root table, programmed through registers and RAM only.</summary>
internal sealed class UnitFixture : IDisposable
{
    public static readonly Bdf Device = new(1, 0, 0);
    public static readonly DomainId Domain = new(7);
    public static readonly PhysAddr FrameA = new(0x200_0000);
    public static readonly PhysAddr FrameB = new(0x240_0000);
    private const GlobalCommand OneShot = GlobalCommand.SetRootTablePointer | GlobalCommand.SetInterruptTablePointer;
    private ulong _nextTable = 0x10_0000;
    private readonly Dictionary<int, PhysAddr> _contextTables = [];

    public UnitFixture(RemappingUnitOptions? options = null, ulong ramBytes = 64UL << 20)
    {
        Memory = new PhysicalMemory(new MemoryLayout(ramBytes));
        Unit = new RemappingUnit(Memory, options ?? new RemappingUnitOptions(), Messages);
        RootTable = AllocateTable();
        QueueBase = AllocateTable();
        StatusWord = AllocateTable();
    }

    public PhysicalMemory Memory { get; }

    public MessageLog Messages { get; } = new();

    public RemappingUnit Unit { get; }

    public PhysAddr RootTable { get; }

    public PhysAddr QueueBase { get; }

    public PhysAddr StatusWord { get; }

    public FaultStatus FaultStatus => new((uint)Read32(RegisterOffsets.FaultStatus));

    public GlobalCommand Status => (GlobalCommand)Read32(RegisterOffsets.GlobalStatus);

    public QueueError QueueError => new QueueErrorRecord(Unit.Read(RegisterOffsets.QueueErrorRecord, AccessWidth.QuadWord)).Error;

    public int QueueHead => new QueuePointer(Unit.Read(RegisterOffsets.QueueHead, AccessWidth.QuadWord)).Index;

    public int QueueTail => new QueuePointer(Unit.Read(RegisterOffsets.QueueTail, AccessWidth.QuadWord)).Index;

    /// <summary>A unit with one device attached to one empty table, translation on, and the queue on unless told otherwise.</summary>
    public static UnitFixture Started(out TestTable table, RemappingUnitOptions? options = null)
    {
        var fixture = new UnitFixture(options);
        table = fixture.Attach(Device, Domain);
        fixture.SetRootTable();
        fixture.EnableQueue();
        fixture.Command(GlobalCommand.Translation);
        return fixture;
    }

    public void Dispose() => Memory.Dispose();

    public PhysAddr AllocateTable()
    {
        var table = new PhysAddr(_nextTable);
        _nextTable += PageSize.CpuBytes;
        return table;
    }

    public ulong Read(PhysAddr place)
    {
        Assert.IsTrue(Memory.TryReadEntry(place, out var value), $"{place} is not RAM");
        return value;
    }

    public void Write(PhysAddr place, ulong value) => Assert.IsTrue(Memory.TryWriteEntry(place, value), $"{place} is not RAM");

    public ulong Read32(ulong register) => Unit.Read(register, AccessWidth.DoubleWord);

    public void Write32(ulong register, uint value) => Unit.Write(register, value, AccessWidth.DoubleWord);

    public ulong Read64(ulong register) => Unit.Read(register, AccessWidth.QuadWord);

    public void Write64(ulong register, ulong value) => Unit.Write(register, value, AccessWidth.QuadWord);

    /// <summary>Changes one command bit, as software does: the status with the bit set.</summary>
    public void Command(GlobalCommand bit) => Write32(RegisterOffsets.GlobalCommand, (uint)((Status & ~OneShot) | bit));

    public void CommandOff(GlobalCommand bit) => Write32(RegisterOffsets.GlobalCommand, (uint)(Status & ~OneShot & ~bit));

    public void SetRootTable(TranslationTableMode mode = TranslationTableMode.Legacy, PhysAddr? table = null)
    {
        Write64(RegisterOffsets.RootTableAddress, new RootTableAddress { Table = table ?? RootTable, Mode = mode }.Value);
        Command(GlobalCommand.SetRootTablePointer);
    }

    public void EnableQueue()
    {
        Write64(RegisterOffsets.QueueAddress, new QueueAddress { Queue = QueueBase }.Value);
        Command(GlobalCommand.QueuedInvalidation);
    }

    public TestTable Attach(Bdf source, DomainId domain, int levels = 4)
    {
        var table = new TestTable(this, domain, levels);
        SetContext(source, new ContextEntry { IsPresent = true, Domain = domain, Levels = levels, SecondStageTable = table.Top });
        return table;
    }

    public void SetRoot(int bus, RootEntry entry)
    {
        var place = RootEntry.AddressIn(RootTable, new Bdf(bus, 0, 0));
        Write(place + 8, entry.High);
        Write(place, entry.Low);
    }

    public void SetContext(Bdf source, ContextEntry entry)
    {
        if (!_contextTables.TryGetValue(source.Bus, out var table))
        {
            table = AllocateTable();
            _contextTables.Add(source.Bus, table);
            SetRoot(source.Bus, new RootEntry { IsPresent = true, ContextTable = table });
        }

        var place = ContextEntry.AddressIn(table, source);
        Write(place + 8, entry.High);
        Write(place, entry.Low);
    }

    /// <summary>Queues descriptors at the tail and moves the tail.</summary>
    public void Submit(params ReadOnlySpan<InvalidationDescriptor> descriptors)
    {
        var tail = QueueTail;
        foreach (var descriptor in descriptors)
        {
            Write(QueueBase + (ulong)(tail * InvalidationDescriptor.SizeBytes), descriptor.Low);
            Write(QueueBase + (ulong)((tail * InvalidationDescriptor.SizeBytes) + 8), descriptor.High);
            tail = (tail + 1) % 256;
        }

        Write64(RegisterOffsets.QueueTail, new QueuePointer { Index = tail }.Value);
    }

    public void Invalidate(in IotlbInvalidation request) => Submit(InvalidationDescriptor.Of(request), InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(StatusWord, 1)));

    public void Invalidate(in ContextInvalidation request) => Submit(InvalidationDescriptor.Of(request), InvalidationDescriptor.Of(InvalidationWait.ByStatusWrite(StatusWord, 1)));

    /// <summary>A plain request; none is a zero-length read.</summary>
    public bool TryTranslate(ulong iova, IommuAccess access, out TranslatedPage page, Bdf? source = null) =>
        access == IommuAccess.None
            ? Unit.TryTranslate(source ?? Device, new Iova(iova), access, default, out page)
            : Unit.TryTranslate(source ?? Device, new Iova(iova), access, out page);

    public void ShouldReach(PhysAddr expected, ulong iova, IommuAccess access = IommuAccess.Read, Bdf? source = null)
    {
        Assert.IsTrue(TryTranslate(iova, access, out var page, source), $"0x{iova:x} was refused: {Record(0)}");
        Assert.AreEqual(expected, page.Address);
    }

    /// <summary>The access is refused and the first record says why.</summary>
    public FaultRecord ShouldFault(FaultReason reason, ulong iova, IommuAccess access = IommuAccess.Read, Bdf? source = null)
    {
        Assert.IsFalse(TryTranslate(iova, access, out _, source), $"0x{iova:x} was not refused");
        var record = Record(0);
        Assert.IsTrue(record.IsPending, "no fault was recorded");
        Assert.AreEqual(reason, record.Reason);
        Assert.AreEqual(source ?? Device, record.Source);
        Assert.AreEqual(new Iova(iova & ~0xfffUL), record.Page);
        Assert.AreEqual(access == IommuAccess.Write ? IommuAccess.Write : IommuAccess.Read, record.Access);
        return record;
    }

    public FaultRecord Record(int index)
    {
        var place = Unit.Capability.FaultRecordsOffset + (ulong)(index * FaultRecord.SizeBytes);
        return new FaultRecord(Read64(place), Read64(place + 8));
    }

    public void ClearRecord(int index) =>
        Write64(Unit.Capability.FaultRecordsOffset + (ulong)(index * FaultRecord.SizeBytes) + 8, new FaultRecord { IsPending = true }.High);
}
