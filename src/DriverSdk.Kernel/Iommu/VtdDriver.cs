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

    /// <summary>Programs the unit: tables and invalidation. It translates from <see cref="TurnOn"/> on.</summary>
    /// <exception cref="NotSupportedException">No unit answers there, or it lacks what the kernel needs.</exception>
    public VtdDriver(PhysicalMemory ram, ICpuBus bus, PhysAddr registers, ITablePages pages, IommuFaultLog log, Func<Bdf, string> nameOf, ICpuCaches? caches = null)
    {
        _ram = ram;
        _registers = new UnitRegisters(bus, registers);
        Registers = registers;
        var capability = _registers.Capability;
        Features = UnitFeatures.Of(capability, _registers.ExtendedCapability);
        CheckSupported(capability, registers);
        TableCaches = Features.IsCoherent ? null : caches ?? throw MissingCaches(registers);
        _pages = pages = TableCaches is null ? pages : new WrittenBackTablePages(pages, TableCaches);
        _ids = new DomainIdPool(capability.DomainCount);
        _drain = (capability.DrainsReads ? Drain.Reads : Drain.None) | (capability.DrainsWrites ? Drain.Writes : Drain.None);
        _maxAddressMask = capability.PageSelectiveInvalidation ? capability.MaxAddressMask : -1;
        _tables = new RemappingTables(ram, pages, TableCaches);
        Faults = new FaultReader(_registers, log, nameOf);
        _invalidator = new RegisterInvalidation(_registers);
        Prepare();
    }

    /// <summary>Where the unit's registers lie.</summary>
    public PhysAddr Registers { get; }

    /// <summary>What it lets a domain be.</summary>
    public UnitFeatures Features { get; }

    /// <summary>Reader of the unit's faults.</summary>
    public FaultReader Faults { get; }

    /// <summary>Where table writes for this unit must be written back, or null when it snoops (ECAP.C).</summary>
    public ICpuCaches? TableCaches { get; }

    /// <summary>Which interrupts its requesters may send, or null where messages pass as they are.</summary>
    public InterruptEntryTable? InterruptEntries { get; private set; }

    /// <summary>Makes the table of interrupts, on a unit that remaps them (ECAP.IR); it counts from <see cref="TurnOn"/> on.</summary>
    public void PrepareInterrupts()
    {
        if (!_registers.ExtendedCapability.InterruptRemapping || _invalidator is not QueuedInvalidation queue || !_pages.TryAllocate(out var table))
            return;
        InterruptEntries = new InterruptEntryTable(_ram, table, queue, TableCaches);
        _registers.Write64(RegisterOffsets.InterruptTableAddress, new InterruptTableAddress { Table = table, EntryCount = InterruptEntryTable.EntryCount }.Value);
        _registers.Command(GlobalCommand.SetInterruptTablePointer);
        queue.Invalidate(InterruptEntryInvalidation.Global());
    }

    /// <summary>Starts translating: from here on a device without a domain reaches nothing, and one without an interrupt entry interrupts nobody.</summary>
    public void TurnOn()
    {
        if (InterruptEntries is not null)
            _registers.Command(GlobalCommand.InterruptRemapping);
        _registers.Command(GlobalCommand.Translation);
    }

    /// <summary>Takes a domain id of this unit; false when all are taken.</summary>
    public bool TryTakeId(out DomainId id) => _ids.TryTake(out id);

    /// <summary>Gives a domain id back that the unit has nothing cached under.</summary>
    public void ReturnId(DomainId id) => _ids.Return(id);

    /// <summary>Lets a function's requests go through a domain that this unit has, see <see cref="IommuDomain.AddUnit"/>.</summary>
    /// <returns>ENOMEM without a page for the function's table.</returns>
    public Errno Attach(Bdf source, IommuDomain domain)
    {
        switch (domain.Type)
        {
            case DomainType.Blocked:
                Block(source);
                return Errno.Success;
            case DomainType.Identity:
                return Replace(source, new ContextEntry { IsPresent = true, Type = TranslationType.PassThrough, Levels = Features.Levels, Domain = domain.IdOn(this) });
            default:
                return Replace(source, new ContextEntry
                {
                    IsPresent = true,
                    Type = TranslationType.UntranslatedOnly,
                    SecondStageTable = domain.Root,
                    Levels = domain.Levels,
                    Domain = domain.IdOn(this),
                });
        }
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

    /// <summary>Makes the unit forget all of a domain.</summary>
    public void Invalidate(DomainId domain) => _invalidator.Invalidate(IotlbInvalidation.OfDomain(domain, _drain));

    /// <summary>Makes the unit forget a range of a domain; returns when no transfer to it is under way.</summary>
    public void Invalidate(DomainId domain, AddressRange<Iova> range, InvalidationHint hint)
    {
        var request = IotlbInvalidation.OfPages(domain, range, hint, _drain);
        _invalidator.Invalidate(request.AddressMask <= _maxAddressMask ? request : IotlbInvalidation.OfDomain(domain, _drain));
    }

    private static NotSupportedException MissingCaches(PhysAddr registers) =>
        new($"The remapping unit at {registers} does not snoop the CPUs' caches (ECAP.C = 0), and the kernel was given none to write back; pass the machine's ICpuCaches.");

    private static void CheckSupported(Capability capability, PhysAddr registers)
    {
        if (capability.Value == ulong.MaxValue)
            throw new NotSupportedException($"Nobody answers at {registers}, where the DMAR says that a remapping unit is.");
        if ((capability.SupportedDepths & (TableDepths.ThreeLevels | TableDepths.FourLevels | TableDepths.FiveLevels)) == TableDepths.None)
            throw new NotSupportedException($"The remapping unit at {registers} offers {capability.SupportedDepths} in CAP.SAGAW; the kernel needs tables of 3, 4 or 5 levels.");
    }

    private void Prepare()
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
    }

    private Errno Replace(Bdf source, ContextEntry entry)
    {
        // Never from one present entry to another: the unit reads the halves separately.
        Block(source);
        var error = _tables.Write(source, entry);
        if (!error.IsError && Features.CachesNotPresent)
            _invalidator.Invalidate(ContextInvalidation.OfDevice(default, source));
        return error;
    }

    private void Forget(Bdf source, ContextEntry old)
    {
        _invalidator.Invalidate(ContextInvalidation.OfDevice(old.Domain, source));
        _invalidator.Invalidate(IotlbInvalidation.OfDomain(old.Domain, _drain));
    }
}
