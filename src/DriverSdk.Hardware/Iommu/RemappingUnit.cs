using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Formats;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Memory;
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
    private readonly Lock _commandLock = new();
    private readonly PhysicalMemory _memory;
    private readonly RemappingUnitOptions _options;
    private readonly TranslationCaches _caches;
    private readonly Iotlb _iotlb;
    private readonly RequesterTable _requesters;
    private readonly ContextReader _contextReader;
    private readonly TableTranslator _tables;
    private readonly PolicyTranslator? _policy;
    private readonly TransferDrain _drain;

    /// <summary>Makes a unit as after reset: translation, queue and events off, caches empty.</summary>
    /// <param name="memory">Where its tables and its queue lie.</param>
    /// <param name="options">What it offers.</param>
    /// <param name="messages">Where its own interrupts go.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or RAM reaches beyond the physical address width.</exception>
    public RemappingUnit(PhysicalMemory memory, RemappingUnitOptions options, IMessagePort messages)
    {
        options = CachePolicyScope.Apply(options);
        options.Check();
        if (memory.Layout.End.Value > 1UL << options.HostAddressWidth)
            throw new ArgumentException(
                $"A remapping unit cannot be made: RAM ends at {memory.Layout.End} but HostAddressWidth is {options.HostAddressWidth}; widen it or give less RAM.");
        _memory = memory;
        _options = options;
        TableMemory = options.Coherency == TableCoherency.NonCoherent ? new TableMemory(memory) : null;
        _caches = new TranslationCaches(options);
        _iotlb = _caches.Iotlb;
        _requesters = _caches.Requesters;
        _contextReader = new ContextReader(options);
        _tables = new TableTranslator(options);
        StaleUses = options.Caches.DetectsStaleUse ? new StaleUseDetector(memory, _contextReader, _tables) : null;
        _policy = _caches.Policy is { } policy ? new PolicyTranslator(policy, _contextReader, _tables, StaleUses) : null;
        _drain = new TransferDrain(options);
        Capability = UnitCapabilities.CapabilityOf(options);
        ExtendedCapability = UnitCapabilities.ExtendedCapabilityOf(options);
        var executor = new InvalidationExecutor(_caches, _drain, options);
        Faults = new FaultLog(options.FaultRecordCount, messages);
        Interrupts = new InterruptRemapping(memory, TableMemory, options, Faults);
        Protected = new ProtectedMemory(options);
        Queue = new InvalidationQueue(memory, executor, Interrupts.Cache, Faults, messages);
        Commands = new RegisterInvalidation(executor, Queue);
        Control = new GlobalControl(Queue, Interrupts, options);
        CachePolicyScope.Enrol(this);
    }

    /// <summary>CAP.</summary>
    public Capability Capability { get; }

    /// <summary>ECAP.</summary>
    public ExtendedCapability ExtendedCapability { get; }

    /// <summary>Uses of cached entries that memory did not agree with; null unless <see cref="CachePolicy.DetectsStaleUse"/>.</summary>
    internal StaleUseDetector? StaleUses { get; }

    /// <summary>What the unit reads its tables from when it does not snoop the CPUs' caches; null when it does.</summary>
    internal TableMemory? TableMemory { get; }

    /// <summary>GCMD, GSTS and RTADDR.</summary>
    internal GlobalControl Control { get; }

    /// <summary>Fault status, records and event.</summary>
    internal FaultLog Faults { get; }

    /// <summary>The protected memory regions.</summary>
    internal ProtectedMemory Protected { get; }

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
            && _iotlb.TryFind(context.DomainTag, address, access, requester, out page))
        {
            requester.Counters.Hits++;
            return true;
        }

        return TryTranslateUncached(source, address, access, out page);
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
            Caches = _caches.CaptureStatistics() with { StaleUses = StaleUses?.Count ?? 0 },
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

    // The request is made here: as a local of the hit path it would be cleared there for every hit.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTranslateUncached(Bdf source, Iova address, IommuAccess access, out TranslatedPage page)
    {
        var request = new TranslationRequest(source, address, access);
        page = TranslationOutcome.UntranslatedPage(request.Address);
        var path = Control.Path;
        if (path == TranslationPath.Untranslated)
            return !Protected.Blocks(new PhysAddr(request.Address.Value));

        var requester = _requesters.GetOrAdd(request.Source);
        if (path == TranslationPath.Refused)
            return Refuse(requester, request, Control.Refusal, default);
        if (_policy is not null)
            return TryTranslateByPolicy(_policy, requester, request, out page);

        // Before anything is read from memory: what an invalidation overtakes from here on must not be cached.
        var generation = _caches.Generation;
        if (requester.Context is not { } context)
            return TryTranslateWithoutContext(requester, request, generation, out page);
        requester.Counters.ContextHitsOnMiss++;
        return TryTranslateIn(context, requester, request, generation, ref page);
    }

    private bool TryTranslateByPolicy(PolicyTranslator policy, Requester requester, in TranslationRequest request, out TranslatedPage page)
    {
        var outcome = policy.Translate(TablesFor(request.Source), requester, Control.RootTable, request);
        page = outcome.Page;
        if (outcome.IsGranted)
            return outcome.Entry.Type != TranslationType.PassThrough || !IsKeptOut(requester, request);
        return Refuse(requester, request, outcome.Reason, outcome.Entry);
    }

    private bool TryTranslateWithoutContext(Requester requester, in TranslationRequest request, long generation, out TranslatedPage page)
    {
        page = TranslationOutcome.UntranslatedPage(request.Address);
        var lookup = FindContext(requester, request.Source, generation);
        if (lookup.Context is not { } context)
            return Refuse(requester, request, lookup.Reason, lookup.Entry);
        return TryFindShared(context, requester, request, ref page) || TryTranslateIn(context, requester, request, generation, ref page);
    }

    // The page comes in as of a request that passes untranslated.
    private bool TryTranslateIn(CachedContext context, Requester requester, in TranslationRequest request, long generation, ref TranslatedPage page)
    {
        if (request.Address.Value > context.LastAddress)
            return Refuse(requester, request, FaultReason.AddressBeyondWidth, context.Entry);
        if (context.PassesThrough)
            return TryPassThrough(requester, request);
        return TryWalk(requester, context, request, generation, out page);
    }

    private bool TryPassThrough(Requester requester, in TranslationRequest request)
    {
        if (IsKeptOut(requester, request))
            return false;
        requester.Counters.PassedThrough++;
        return true;
    }

    // A protected region refuses without a record.
    private bool IsKeptOut(Requester requester, in TranslationRequest request)
    {
        if (!Protected.Blocks(new PhysAddr(request.Address.Value)))
            return false;
        requester.Counters.Faults++;
        return true;
    }

    // A context entry just read from memory may name a domain whose translations another device has already brought in.
    private bool TryFindShared(CachedContext context, Requester requester, in TranslationRequest request, ref TranslatedPage page)
    {
        if (context.PassesThrough || request.Address.Value > context.LastAddress
            || !_iotlb.TryFind(context.DomainTag, request.Address, request.Access, requester, out var found))
            return false;
        page = found;
        requester.Counters.Hits++;
        requester.Counters.HitsWithFreshContext++;
        return true;
    }

    private ContextLookup FindContext(Requester requester, Bdf source, long generation)
    {
        if (requester.Context is { } cached)
        {
            requester.Counters.ContextHitsOnMiss++;
            return new ContextLookup(FaultReason.None, cached.Entry, cached) { IsFresh = false };
        }

        if (_policy is not null)
            return _policy.FindContext(TablesFor(source), requester, Control.RootTable, source);
        requester.Counters.ContextReads++;
        var lookup = _contextReader.Read(TablesFor(source), Control.RootTable, source);
        if (lookup.Context is { } context)
            _caches.Fill(requester, context, generation);
        return lookup;
    }

    private bool TryWalk(Requester requester, CachedContext context, in TranslationRequest request, long generation, out TranslatedPage page)
    {
        page = default;
        var walk = _tables.Walk(TablesFor(request.Source), context, request.Address, request.Access);
        requester.Counters.CountWalk(walk);
        if (walk.Reason != FaultReason.None)
            return Refuse(requester, request, walk.Reason, context.Entry);

        if (TableTranslator.IsWhole(walk))
            _caches.Fill(context, request.Address, walk, generation);
        page = TableTranslator.PageOf(walk, request.Address);
        return true;
    }

    private TableReader TablesFor(Bdf source) => new(_memory, TableMemory, source);

    private bool Refuse(Requester requester, in TranslationRequest request, FaultReason reason, in ContextEntry entry, in DmaAttributes attributes = default)
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
}
