using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Interrupts;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Iommu;

/// <summary>An emulated VT-d remapping unit in legacy mode. README.md in this folder says how it works, why it is safe, and what it leaves out.</summary>
/// <remarks>Any thread may call any member. Source: facts/vtd.md 1 to 6.</remarks>
internal sealed partial class RemappingUnit : IDmaRemapper, IMmioTarget
{
    // The interrupt range begins and ends on this granule, so no untranslated run reaches into it.
    private const ulong UntranslatedGranuleBytes = 1UL << 20;

    private readonly Lock _commandLock = new();
    private readonly PhysicalMemory _memory;
    private readonly RemappingUnitOptions _options;
    private readonly PageTableLimits _limits;
    private readonly TranslationCaches _caches;
    private readonly Iotlb _iotlb;
    private readonly RequesterTable _requesters;
    private readonly ContextReader _contextReader;
    private readonly TransferDrain _drain;

    /// <summary>Makes a unit as after reset: translation, queue and events off, caches empty.</summary>
    /// <param name="memory">Where its tables and its queue lie.</param>
    /// <param name="options">What it offers.</param>
    /// <param name="messages">Where its own interrupts go.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or RAM reaches beyond the physical address width.</exception>
    public RemappingUnit(PhysicalMemory memory, RemappingUnitOptions options, IMessagePort messages)
    {
        options.Check();
        if (memory.Layout.End.Value > 1UL << options.HostAddressWidth)
            throw new ArgumentException(
                $"A remapping unit cannot be made: RAM ends at {memory.Layout.End} but HostAddressWidth is {options.HostAddressWidth}; widen it or give less RAM.");
        _memory = memory;
        _options = options;
        _limits = new PageTableLimits(options.HostAddressWidth, options.LargePages);
        TableMemory = options.Coherency == TableCoherency.NonCoherent ? new TableMemory(memory) : null;
        _caches = new TranslationCaches(options);
        _iotlb = _caches.Iotlb;
        _requesters = _caches.Requesters;
        _contextReader = new ContextReader(options);
        _drain = new TransferDrain(options);
        Capability = UnitCapabilities.CapabilityOf(options);
        ExtendedCapability = UnitCapabilities.ExtendedCapabilityOf(options);
        var executor = new InvalidationExecutor(_caches, _drain, options);
        Faults = new FaultLog(options.FaultRecordCount, messages);
        Interrupts = new InterruptRemapping(memory, options, Faults);
        Queue = new InvalidationQueue(memory, executor, Interrupts.Cache, Faults, messages);
        Commands = new RegisterInvalidation(executor, Queue);
        Control = new GlobalControl(Queue, Interrupts, options);
    }

    /// <summary>CAP.</summary>
    public Capability Capability { get; }

    /// <summary>ECAP.</summary>
    public ExtendedCapability ExtendedCapability { get; }

    /// <summary>What the unit reads its tables from when it does not snoop the CPUs' caches; null when it does.</summary>
    internal TableMemory? TableMemory { get; }

    /// <summary>GCMD, GSTS and RTADDR.</summary>
    internal GlobalControl Control { get; }

    /// <summary>Fault status, records and event.</summary>
    internal FaultLog Faults { get; }

    /// <summary>Interrupt remapping.</summary>
    internal InterruptRemapping Interrupts { get; }

    /// <summary>The invalidation queue.</summary>
    internal InvalidationQueue Queue { get; }

    /// <summary>Invalidation through registers.</summary>
    internal RegisterInvalidation Commands { get; }

    /// <inheritdoc/>
    public void Watch(RequesterSlot slot) => _drain.Watch(slot);

    /// <inheritdoc/>
    public void Unwatch(RequesterSlot slot) => _drain.Unwatch(slot);

    /// <inheritdoc/>
    public bool TryTranslate(Bdf source, Iova address, IommuAccess access, out TranslatedPage page)
    {
        if (Control.Path == TranslationPath.Tables
            && _requesters.Find(source) is { } requester
            && requester.Context is { } context
            && address.Value <= context.LastAddress
            && _iotlb.TryFind(context.DomainTag, address, access, out page))
        {
            requester.Counters.Hits++;
            return true;
        }

        return TryTranslateUncached(new Request(source, address, access), out page);
    }

    /// <inheritdoc/>
    public InterruptVerdict Remap(Bdf source, InterruptMessage message, out CpuInterrupt interrupt) => Interrupts.Remap(source, message, out interrupt);

    /// <inheritdoc/>
    public void ReportMalformed(Bdf source) => Interrupts.ReportMalformed(source);

    /// <inheritdoc/>
    /// <remarks>An access that is not naturally aligned 32 or 64 bits reads all ones.</remarks>
    public ulong Read(ulong offset, AccessWidth width)
    {
        if (!IsAccepted(offset, width))
            return Bits.Mask(0, (int)width * 8);
        lock (_commandLock)
            return width == AccessWidth.QuadWord ? UnitRegisterTable.ReadQuad(this, offset) : UnitRegisterTable.ReadWord(this, offset);
    }

    /// <inheritdoc/>
    /// <remarks>An access that is not naturally aligned 32 or 64 bits is ignored.</remarks>
    public void Write(ulong offset, ulong value, AccessWidth width)
    {
        if (!IsAccepted(offset, width))
            return;
        lock (_commandLock)
        {
            if (width == AccessWidth.QuadWord)
                UnitRegisterTable.WriteQuad(this, offset, value);
            else
                UnitRegisterTable.WriteWord(this, offset, (uint)value);
        }
    }

    /// <summary>What the unit has done so far.</summary>
    public RemappingStatistics CaptureStatistics()
    {
        var sum = default(RemappingStatistics) with
        {
            ContextInvalidations = _caches.ContextInvalidations,
            IotlbInvalidations = _caches.IotlbInvalidations,
        };
        foreach (var (_, requester) in _requesters.All())
        {
            ref var counters = ref requester.Counters;
            sum = sum with
            {
                IotlbHits = sum.IotlbHits + Volatile.Read(ref counters.Hits),
                TableWalks = sum.TableWalks + Volatile.Read(ref counters.Walks),
                PassedThrough = sum.PassedThrough + Volatile.Read(ref counters.PassedThrough),
                ContextReads = sum.ContextReads + Volatile.Read(ref counters.ContextReads),
                Faults = sum.Faults + Volatile.Read(ref counters.Faults),
            };
        }

        return sum;
    }

    /// <summary>All registers that are not zero, by name, for dumps.</summary>
    public string DescribeRegisters() => string.Join(Environment.NewLine, UnitRegisterTable.All
        .Select(register => (register.Name, Value: Read(register.Offset, (AccessWidth)register.WidthBytes)))
        .Where(register => register.Value != 0)
        .Select(register => $"{register.Name,-8} 0x{register.Value:x}"));

    private static bool IsAccepted(ulong offset, AccessWidth width) =>
        width is AccessWidth.DoubleWord or AccessWidth.QuadWord && offset % (ulong)width == 0 && offset <= RegisterOffsets.PageBytes - (ulong)width;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTranslateUncached(in Request request, out TranslatedPage page)
    {
        page = Untranslated(request.Address);
        var path = Control.Path;
        if (path == TranslationPath.Untranslated)
            return true;

        var requester = _requesters.GetOrAdd(request.Source);
        if (path == TranslationPath.Refused)
            return Refuse(requester, request, Control.Refusal, default);

        // Before anything is read from memory: what an invalidation overtakes from here on must not be cached.
        var generation = _caches.Generation;
        var lookup = FindContext(requester, request.Source, generation);
        if (lookup.Context is not { } context)
            return Refuse(requester, request, lookup.Reason, lookup.Entry);
        if (request.Address.Value > context.LastAddress)
            return Refuse(requester, request, FaultReason.AddressBeyondWidth, context.Entry);
        if (context.Entry.Type == TranslationType.PassThrough)
        {
            requester.Counters.PassedThrough++;
            return true;
        }

        return TryFindShared(requester, lookup, request, out page) || TryWalk(requester, context, request, generation, out page);
    }

    // A context entry just read from memory may name a domain whose translations another device has already brought in.
    private bool TryFindShared(Requester requester, in ContextLookup lookup, in Request request, out TranslatedPage page)
    {
        page = default;
        if (!lookup.IsFresh || !_iotlb.TryFind(lookup.Context!.DomainTag, request.Address, request.Access, out page))
            return false;
        requester.Counters.Hits++;
        return true;
    }

    private ContextLookup FindContext(Requester requester, Bdf source, long generation)
    {
        if (requester.Context is { } cached)
            return new ContextLookup(FaultReason.None, cached.Entry, cached) { IsFresh = false };
        requester.Counters.ContextReads++;
        var lookup = _contextReader.Read(TablesFor(source), Control.RootTable, source);
        if (lookup.Context is { } context)
            _caches.Fill(requester, context, generation);
        return lookup;
    }

    private bool TryWalk(Requester requester, CachedContext context, in Request request, long generation, out TranslatedPage page)
    {
        page = default;
        requester.Counters.Walks++;
        var walk = TableWalker<VtdSecondStageFormat>.Walk(TablesFor(request.Source), context.Table, context.Levels, request.Address, request.Access, _limits);
        if (walk.Reason != FaultReason.None)
            return Refuse(requester, request, walk.Reason, context.Entry);

        var size = VtdSecondStageFormat.LeafSize(walk.Level);
        var offset = request.Address.Value & size.OffsetMask;
        var target = walk.Page.Value + offset;
        if (InterruptMessage.Window.Contains(new PhysAddr(target)))
            return Refuse(requester, request, FaultReason.ResultInInterruptRange, context.Entry);
        if (walk.Level > 0 && TouchesInterruptRange(walk.Page, size))
        {
            // A page with a part that faults is handed out in small pieces and not cached: each piece is judged by itself.
            page = new TranslatedPage(new PhysAddr(target), PageSize.CpuBytes - (offset & PageSize.Size4K.OffsetMask));
            return true;
        }

        _caches.Fill(context, request.Address, walk, generation);
        page = new TranslatedPage(new PhysAddr(target), size.Bytes - offset);
        return true;
    }

    private TableReader TablesFor(Bdf source) => new(_memory, TableMemory, source);

    private bool Refuse(Requester requester, in Request request, FaultReason reason, in ContextEntry entry, in DmaAttributes attributes = default)
    {
        requester.Counters.Faults++;
        if (entry.DisablesFaultRecording && FaultSpec.Of(reason).Suppression == Suppressible.ByFpd)
            return false;
        Faults.Record(new FaultRecord
        {
            Source = request.Source,
            Page = request.Address,
            Access = request.Access == IommuAccess.Write ? IommuAccess.Write : IommuAccess.Read,
            Reason = reason,
            Pasid = attributes.Pasid,
            IsPrivileged = attributes is { Pasid: not null, Privilege: DmaPrivilege.Supervisor },
            IsExecute = attributes is { Pasid: not null, IsExecute: true },
            AddressType = attributes.AddressType,
        });
        return false;
    }

    private static TranslatedPage Untranslated(Iova address) =>
        new(new PhysAddr(address.Value), UntranslatedGranuleBytes - (address.Value & (UntranslatedGranuleBytes - 1)));

    private static bool TouchesInterruptRange(PhysAddr page, PageSize size) =>
        InterruptMessage.Window.Overlaps(new AddressRange<PhysAddr>(page, size.Bytes));

    /// <summary>What a requester asks for.</summary>
    private readonly record struct Request(Bdf Source, Iova Address, IommuAccess Access);
}
