using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Benchmarks;

/// <summary>A remapping unit that translates 256 MiB for some devices, the requests to ask it, and beside it what a bare translation looks at.</summary>
internal sealed class TranslationRig
{
    /// <summary>Requests in one list.</summary>
    public const int Requests = 4096;

    private const int HotPages = 1024;
    private const int AllPages = 65536;
    private const ulong Top = 0x10_0000;
    private readonly ulong[] _bareTags = new ulong[AllPages];
    private readonly ulong[] _bareFrames = new ulong[AllPages];

    /// <summary>Builds the tables in RAM and programs the unit; a source without its own entry is refused.</summary>
    /// <param name="options">What the unit offers.</param>
    /// <param name="translated">Devices whose requests go through the tables, the first in domain 1, the next in domain 2, and so on.</param>
    public TranslationRig(RemappingUnitOptions options, params ReadOnlySpan<Bdf> translated)
    {
        Unit = new RemappingUnit(Memory, options, new NoMessages());
        Map();
        for (var index = 0; index < translated.Length; index++)
            Attach(translated[index], new ContextEntry { IsPresent = true, Domain = new DomainId((ushort)(index + 1)), Levels = 4, SecondStageTable = new PhysAddr(Top) });
        Unit.Write(RegisterOffsets.RootTableAddress, 0x1000, AccessWidth.QuadWord);
        Unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.SetRootTablePointer, AccessWidth.DoubleWord);
        Unit.Write(RegisterOffsets.QueueAddress, Queue.Value, AccessWidth.QuadWord);
        Unit.Write(RegisterOffsets.GlobalCommand, (uint)GlobalCommand.QueuedInvalidation, AccessWidth.DoubleWord);
        Unit.Write(RegisterOffsets.GlobalCommand, (uint)(GlobalCommand.QueuedInvalidation | GlobalCommand.Translation), AccessWidth.DoubleWord);
        var random = new Random(1);
        for (var i = 0; i < Requests; i++)
        {
            Hot[i] = (ulong)random.Next(HotPages) << PageSize.CpuShift;
            // The stride crowds all requests into few sets, so each way is replaced before its page comes round again: each request misses.
            Cold[i] = (ulong)(i * (AllPages / Requests)) << PageSize.CpuShift;
        }
    }

    /// <summary>The unit.</summary>
    public RemappingUnit Unit { get; }

    /// <summary>Its RAM.</summary>
    public PhysicalMemory Memory { get; } = new(new MemoryLayout(1UL << 30));

    /// <summary>Its invalidation queue, one page.</summary>
    public PhysAddr Queue { get; } = new(0x20_0000);

    /// <summary>Addresses of few pages: after the first round all are cached.</summary>
    public ulong[] Hot { get; } = new ulong[Requests];

    /// <summary>Addresses that are never cached when they come.</summary>
    public ulong[] Cold { get; } = new ulong[Requests];

    /// <summary>Puts a device's entry where the unit looks for it.</summary>
    public void Attach(Bdf source, ContextEntry entry)
    {
        var root = new RootEntry { IsPresent = true, ContextTable = new PhysAddr(0x2000) };
        Memory.TryWriteEntry(RootEntry.AddressIn(new PhysAddr(0x1000), source), root.Low);
        var place = ContextEntry.AddressIn(root.ContextTable, source);
        Memory.TryWriteEntry(place + 8, entry.High);
        Memory.TryWriteEntry(place, entry.Low);
    }

    /// <summary>Asks the unit for each address.</summary>
    public ulong Translate(Bdf source, ulong[] requests)
    {
        var sum = 0UL;
        foreach (var iova in requests)
        {
            if (Unit.TryTranslate(source, new Iova(iova), IommuAccess.Write, out var page))
                sum += page.Address.Value;
        }

        return sum;
    }

    /// <summary>A bare direct-mapped software TLB: tag and frame from two arrays, no permission, no invalidation.</summary>
    public ulong LookUpBare(ulong[] requests)
    {
        var sum = 0UL;
        foreach (var iova in requests)
        {
            var slot = (iova >> PageSize.CpuShift) & (AllPages - 1);
            if (_bareTags[slot] == iova >> PageSize.CpuShift)
                sum += _bareFrames[slot];
        }

        return sum;
    }

    /// <summary>The same, but each look-up needs the answer before it, as a device's next address often does.</summary>
    public ulong LookUpBareInTurn(ulong[] requests)
    {
        var sum = 0UL;
        foreach (var iova in requests)
        {
            // Frames are page-aligned and below 2^40, so this adds nothing, which only the result can tell.
            var slot = ((iova >> PageSize.CpuShift) + (sum >> 63)) & (AllPages - 1);
            if (_bareTags[slot] == iova >> PageSize.CpuShift)
                sum += _bareFrames[slot];
        }

        return sum;
    }

    /// <summary>A bare 4-level walk for each address: four loads and shifts.</summary>
    public ulong WalkBare(ulong[] requests)
    {
        var sum = 0UL;
        foreach (var iova in requests)
        {
            var entry = Top;
            for (var shift = 39; shift >= 12; shift -= 9)
                entry = Memory.Entry(new PhysAddr((entry & ~0xfffUL) + (((iova >> shift) & 511) * 8)));
            sum += entry;
        }

        return sum;
    }

    private void Map()
    {
        var leaf = Top + 0x3000;
        WriteTable(Top, 0, Top + 0x1000);
        WriteTable(Top + 0x1000, 0, Top + 0x2000);
        for (var page = 0; page < AllPages; page++)
        {
            if (page % 512 == 0)
                WriteTable(Top + 0x2000, page / 512, leaf + ((ulong)(page / 512) << 12));
            var frame = 0x1000_0000 + ((ulong)page << PageSize.CpuShift);
            Memory.TryWriteEntry(new PhysAddr(leaf + ((ulong)page * 8)), VtdSecondStageFormat.EncodeLeaf(new PhysAddr(frame), 0, IommuAccess.ReadWrite));
            (_bareTags[page], _bareFrames[page]) = ((ulong)page, frame);
        }
    }

    private void WriteTable(ulong table, int index, ulong below) =>
        Memory.TryWriteEntry(new PhysAddr(table + (ulong)(index * 8)), VtdSecondStageFormat.EncodeTable(new PhysAddr(below)));

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
