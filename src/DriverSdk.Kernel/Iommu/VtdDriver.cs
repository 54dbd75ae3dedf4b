using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.PageTables;
using DriverSdk.Contract.Ports;
using DriverSdk.Contract.Registers;
using DriverSdk.Contract.RemappingTables;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Drives one VT-d remapping unit in legacy mode: by its registers and by RAM, and by nothing else. Linux: drivers/iommu/intel.</summary>
/// <remarks>Attaching is serialised by the IOMMU core; invalidation may come from any CPU. Source: facts/vtd.md 1, 2, 5, 6.</remarks>
internal sealed class VtdDriver
{
    private readonly PhysicalMemory _ram;
    private readonly ITablePages _pages;
    private readonly UnitRegisters _registers;
    private readonly RemappingTables _tables;
    private readonly DomainIdPool _ids;
    private readonly Drain _drain;
    private readonly int _maxAddressMask;
    private IInvalidator _invalidator;

    /// <summary>Programs the unit: tables, invalidation, then translation on. From here on a device without a domain reaches nothing.</summary>
    /// <exception cref="NotSupportedException">No unit answers there, or it lacks what the kernel needs.</exception>
    public VtdDriver(PhysicalMemory ram, ICpuBus bus, PhysAddr registers, ITablePages pages, IommuFaultLog log, Func<Bdf, string> nameOf, ICpuCaches? caches = null)
    {
        _ram = ram;
        _registers = new UnitRegisters(bus, registers);
        TableCaches = _registers.ExtendedCapability.CoherentWalks ? null : caches ?? throw MissingCaches(registers);
        _pages = pages = TableCaches is null ? pages : new WrittenBackTablePages(pages, TableCaches);
        var capability = _registers.Capability;
        Levels = ChooseLevels(capability, registers);
        LastIova = new Iova((1UL << Math.Min(capability.MaxGuestAddressWidth, PageSize.CpuShift + (VtdSecondStageFormat.IndexBits * Levels))) - 1);
        TableLimits = new PageTableLimits(52, capability.LargePages);
        _ids = new DomainIdPool(capability.DomainCount);
        _drain = (capability.DrainsReads ? Drain.Reads : Drain.None) | (capability.DrainsWrites ? Drain.Writes : Drain.None);
        _maxAddressMask = capability.PageSelectiveInvalidation ? capability.MaxAddressMask : -1;
        _tables = new RemappingTables(ram, pages, TableCaches);
        Faults = new FaultReader(_registers, log, nameOf);
        _invalidator = new RegisterInvalidation(_registers);
        TurnOn();
    }

    /// <summary>Depth of second-stage tables, 3 or 4.</summary>
    public int Levels { get; }

    /// <summary>The last byte a domain can translate.</summary>
    public Iova LastIova { get; }

    /// <summary>What entries may hold on this unit.</summary>
    public PageTableLimits TableLimits { get; }

    /// <summary>Reader of the unit's faults.</summary>
    public FaultReader Faults { get; }

    /// <summary>Where table writes for this unit must be written back, or null when it snoops (ECAP.C).</summary>
    public ICpuCaches? TableCaches { get; }

    /// <summary>Whether the unit may cache entries that are not present (CAP.CM), so that mapping needs an invalidation too.</summary>
    public bool CachesNotPresent => _registers.Capability.CachingMode;

    /// <summary>Whether a function can be let through untranslated (ECAP.PT).</summary>
    public bool CanPassThrough => _registers.ExtendedCapability.PassThrough;

    /// <summary>Makes an empty domain; false without a domain id or a page for its top table.</summary>
    public bool TryCreateDomain(int cpuCount, out IommuDomain? domain)
    {
        domain = null;
        if (!_ids.TryTake(out var id))
            return false;
        if (!_pages.TryAllocate(out var root))
        {
            _ids.Return(id);
            return false;
        }

        domain = new IommuDomain(this, _ram, _pages, id, root, cpuCount);
        return true;
    }

    /// <summary>Ends a domain that no function is attached to.</summary>
    public void DestroyDomain(IommuDomain domain)
    {
        _invalidator.Invalidate(IotlbInvalidation.OfDomain(domain.Id, _drain));
        domain.FreeTables();
        _ids.Return(domain.Id);
    }

    /// <summary>Lets a function's requests go through a domain.</summary>
    public Errno Attach(Bdf source, IommuDomain domain) => Replace(source, new ContextEntry
    {
        IsPresent = true,
        Type = TranslationType.UntranslatedOnly,
        SecondStageTable = domain.Root,
        Levels = domain.Levels,
        Domain = domain.Id,
    });

    /// <summary>Lets a function's requests through untranslated, tagged with a domain id of its own.</summary>
    public Errno AttachPassThrough(Bdf source)
    {
        if (!CanPassThrough)
            return Errno.Invalid;
        return _ids.TryTake(out var id)
            ? Replace(source, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = Levels, Domain = id })
            : Errno.NoSpace;
    }

    /// <summary>Refuses every request of a function.</summary>
    public void Block(Bdf source)
    {
        var old = _tables.Read(source);
        if (!old.IsPresent)
            return;
        _tables.Clear(source);
        Forget(source, old);
    }

    /// <summary>Makes the unit forget a range of a domain; returns when no transfer to it is under way.</summary>
    public void Invalidate(DomainId domain, AddressRange<Iova> range, InvalidationHint hint)
    {
        var request = IotlbInvalidation.OfPages(domain, range, hint, _drain);
        _invalidator.Invalidate(request.AddressMask <= _maxAddressMask ? request : IotlbInvalidation.OfDomain(domain, _drain));
    }

    private static NotSupportedException MissingCaches(PhysAddr registers) =>
        new($"The remapping unit at {registers} does not snoop the CPUs' caches (ECAP.C = 0), and the kernel was given none to write back; pass the machine's ICpuCaches.");

    private static int ChooseLevels(Capability capability, PhysAddr registers)
    {
        if (capability.Value == ulong.MaxValue)
            throw new NotSupportedException($"Nobody answers at {registers}, where firmware says a remapping unit is; check BootInformation.RemappingUnitBase.");
        if (capability.SupportedDepths.HasFlag(TableDepths.FourLevels))
            return 4;
        return capability.SupportedDepths.HasFlag(TableDepths.ThreeLevels)
            ? 3
            : throw new NotSupportedException($"The remapping unit's CAP.SAGAW offers {capability.SupportedDepths}; the kernel needs tables of 3 or 4 levels.");
    }

    private void TurnOn()
    {
        _registers.Write64(RegisterOffsets.RootTableAddress, new RootTableAddress { Table = _tables.Root, Mode = TranslationTableMode.Legacy }.Value);
        _registers.Command(GlobalCommand.SetRootTablePointer);
        _invalidator.Invalidate(ContextInvalidation.Global());
        _invalidator.Invalidate(IotlbInvalidation.Global(_drain));
        if (_registers.ExtendedCapability.QueuedInvalidation)
        {
            if (!_pages.TryAllocate(out var queue) || !_pages.TryAllocate(out var status))
                throw new InsufficientMemoryException("No page is free for the remapping unit's invalidation queue; build the machine with more RAM.");
            _invalidator = new QueuedInvalidation(_ram, _registers, queue, status);
        }

        _registers.Command(GlobalCommand.Translation);
    }

    private Errno Replace(Bdf source, ContextEntry entry)
    {
        // Never from one present entry to another: the unit reads the halves separately.
        Block(source);
        var error = _tables.Write(source, entry);
        if (!error.IsError && CachesNotPresent)
            _invalidator.Invalidate(ContextInvalidation.OfDevice(default, source));
        return error;
    }

    private void Forget(Bdf source, ContextEntry old)
    {
        _invalidator.Invalidate(ContextInvalidation.OfDevice(old.Domain, source));
        _invalidator.Invalidate(IotlbInvalidation.OfDomain(old.Domain, _drain));
        if (old.Type == TranslationType.PassThrough)
            _ids.Return(old.Domain);
    }
}
