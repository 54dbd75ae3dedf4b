using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Acpi;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Knows which device is in which group and domain, and gives each its DMA API. Linux: drivers/iommu/iommu.c. README.md in this folder says how it maps to Linux.</summary>
/// <remarks>Devices without a unit use physical addresses. Attaching is for boot, for binding and for scenarios; it is serialised here.</remarks>
internal sealed partial class IommuCore
{
    private readonly Lock _sync = new();
    private readonly Dictionary<Bdf, Attachment> _attachments = [];
    private readonly List<IommuGroup> _groups = [];
    private readonly Dictionary<DmarUnit, VtdDriver> _drivers = [];
    private readonly List<VtdDriver> _units = [];
    private readonly IommuDomain _blocked = IommuDomain.MakeBlocked();
    private readonly IommuDomain _identity = IommuDomain.MakeIdentity();
    private readonly KernelMemory _memory;
    private readonly CallSiteTable _callSites;
    private readonly BootInformation _boot;
    private readonly KernelOptions _options;
    private readonly ICpuCaches? _caches;
    private readonly ITablePages _pages;
    private readonly DmarTable _dmar;
    private int _groupCount;

    /// <summary>Finds the units that firmware names and prepares them; they translate from <see cref="EnableTranslation"/> on.</summary>
    public IommuCore(KernelMemory memory, CallSiteTable callSites, BootInformation boot, ICpuBus bus, ICpuCaches? caches = null, KernelOptions? options = null)
    {
        _memory = memory;
        _callSites = callSites;
        _boot = boot;
        _caches = caches;
        _options = options ?? new KernelOptions();
        _pages = new KernelTablePages(memory.Pages, callSites);
        Counters = new DmaCounters(boot.CpuCount);
        _dmar = DmarParser.Find(memory.Ram, boot.AcpiRootPointer, KernelLayout.FirmwareRam, Problems);
        foreach (var unit in _dmar.Units)
            Prepare(unit, bus);
        Interrupts = PrepareInterrupts();
    }

    /// <summary>The core of a kernel that boots: with the fault interrupts on CPU 0.</summary>
    public IommuCore(KernelInstance kernel)
        : this(kernel.Memory, kernel.CallSites, kernel.BootInformation, kernel.Bus, kernel.Caches, kernel.Options)
    {
        for (var index = 0; index < _units.Count; index++)
            RequestFaultIrq(_units[index], $"dmar{index}", kernel.Interrupts, kernel.Scheduler.Cpus[0]);
    }

    /// <summary>What was wrong with firmware's tables.</summary>
    public FirmwareProblems Problems { get; } = new();

    /// <summary>Which irqs go through tables of the units.</summary>
    public InterruptRouting Interrupts { get; }

    /// <summary>What the units refused.</summary>
    public IommuFaultLog Faults { get; } = new();

    /// <summary>Mappings made and taken down.</summary>
    public DmaCounters Counters { get; }

    /// <summary>The drivers of the machine's units, in the DMAR's order.</summary>
    public IReadOnlyList<VtdDriver> Units => _units;

    /// <summary>The driver of the unit that the DMAR names last, which is the one that includes all where there is one; null without a unit.</summary>
    public VtdDriver? Unit => _units.LastOrDefault();

    /// <summary>The groups, in the order they were found.</summary>
    public IReadOnlyList<IommuGroup> Groups => _groups;

    /// <summary>Compares what firmware names with what there is.</summary>
    /// <param name="places">All functions, bridges among them.</param>
    public void CheckScopes(IReadOnlyList<PciPlace> places) => DmarScopes.ReportMissing(_dmar, places, Problems);

    /// <summary>Starts translating, when every device that firmware uses has its memory mapped: from here on a device without a domain reaches nothing.</summary>
    public void EnableTranslation()
    {
        foreach (var unit in _units)
            unit.TurnOn();
    }

    /// <summary>Puts a device into its group and the group's default domain, and gives it its DMA API.</summary>
    /// <param name="device">The device.</param>
    /// <param name="place">Where it stands.</param>
    /// <returns>EBUSY when it is attached already, ENOSPC without a domain id, ENOMEM without a page for tables; the device then has no DMA API.</returns>
    public Errno Attach(Device device, PciPlace place)
    {
        lock (_sync)
        {
            if (_attachments.ContainsKey(place.Location))
                return Errno.Busy;
            if (UnitOf(place) is not { } unit)
            {
                GiveDma(new Attachment(device, place, null, null));
                return Errno.Success;
            }

            var member = new IommuMember(device, place, unit, ReservedRegions.Of(place, unit, _dmar));
            var group = _groups.Find(other => other.Key == place.GroupKey);
            var error = group is null ? Found(member, out group) : Join(group, member);
            if (error.IsError)
                return error;
            GiveDma(new Attachment(device, place, group, member));
            return Errno.Success;
        }
    }

    /// <summary>Takes a device out of the machine's hands: its requests are refused, and the last device of a group ends its domain with all mappings.</summary>
    /// <remarks>Linux: <c>iommu_release_device()</c>, which attaches the release domain.</remarks>
    public void Detach(Bdf source)
    {
        lock (_sync)
        {
            if (!_attachments.Remove(source, out var attachment) || attachment.Group is not { } group)
                return;
            group.Remove(attachment.Member!);
            if (group.Members.Count != 0)
                return;
            _groups.Remove(group);
            EndDefault(group.DefaultDomain!);
        }
    }

    /// <summary>Lets a function send an irq; where its unit remaps interrupts it may send no other.</summary>
    /// <param name="irq">The irq, until it is removed from <see cref="Interrupts"/>.</param>
    /// <param name="target">Where it has to arrive.</param>
    /// <param name="source">The function.</param>
    /// <returns>False when the unit's table is full.</returns>
    public bool TryAddInterrupt(IrqNumber irq, InterruptTarget target, Bdf source)
    {
        IommuMember? member;
        lock (_sync)
            member = _attachments.GetValueOrDefault(source)?.Member;
        return Interrupts.TryAdd(irq, target, member?.Unit, member?.Requesters ?? [source]);
    }

    /// <summary>Turns the DMA checks on or off for what is attached and for what will be.</summary>
    public void SetDebug(DmaDebug? debug)
    {
        lock (_sync)
        {
            foreach (var attachment in _attachments.Values)
                SetDebug(attachment, debug);
        }
    }

    /// <summary>The domain that a device is in, or null where it has no unit.</summary>
    public IommuDomain? DomainOf(Bdf source) => GroupOf(source)?.Domain;

    /// <summary>The group of a device, or null where it has no unit.</summary>
    public IommuGroup? GroupOf(Bdf source)
    {
        lock (_sync)
            return _attachments.GetValueOrDefault(source)?.Group;
    }

    /// <summary>The ranges of a device's addresses that are not free. Linux: <c>iommu_get_resv_regions()</c>.</summary>
    public IReadOnlyList<ReservedRegion> GetReservedRegions(Bdf source)
    {
        lock (_sync)
            return _attachments.GetValueOrDefault(source)?.Member?.Reserved ?? [];
    }

    private static void RequestFaultIrq(VtdDriver unit, string name, IrqController interrupts, Cpu cpu)
    {
        if (!interrupts.TryAllocateIrqs(cpu, 1, out var irq))
            throw new InvalidOperationException($"{cpu} has no vector left for the remapping unit's fault interrupt at boot.");
        var error = interrupts.RequestIrq(irq, name, _ => unit.Faults.ReadAll() == 0 ? IrqReturn.None : IrqReturn.Handled, out _);
        if (error.IsError)
            throw new InvalidOperationException($"The remapping unit's fault interrupt could not be requested: {error}.");
        var target = interrupts.TargetOf(irq);
        unit.Faults.EnableMessage(InterruptMessage.To((byte)target.ApicId, target.Vector));
    }

    private static void SetDebug(Attachment attachment, DmaDebug? debug)
    {
        attachment.Device.Dma.Mapper.Debug = debug;
        if (attachment.Group?.DefaultDomain is { } domain)
            domain.Debug = debug;
    }

    private void Prepare(DmarUnit unit, ICpuBus bus)
    {
        try
        {
            var driver = new VtdDriver(_memory.Ram, bus, unit.Registers, _pages, Faults, NameOf, _caches);
            _drivers.Add(unit, driver);
            _units.Add(driver);
        }
        catch (NotSupportedException reason)
        {
            Problems.Add($"{reason.Message} The unit is not used, and its devices' requests are not translated.");
        }
    }

    private InterruptRouting PrepareInterrupts()
    {
        if (!InterruptRouting.TryFindIoApic(_dmar, out var unit, out var ioApic))
            return new InterruptRouting(null, default);
        foreach (var driver in _units)
            driver.PrepareInterrupts();
        return new InterruptRouting(_drivers.GetValueOrDefault(unit), ioApic);
    }

    private VtdDriver? UnitOf(PciPlace place)
    {
        var unit = _dmar.Units.MaxBy(candidate => DmarScopes.DepthOf(candidate.Scopes, place));
        if (unit is null || DmarScopes.DepthOf(unit.Scopes, place) == 0)
            unit = _dmar.Units.FirstOrDefault(candidate => candidate.IncludesAll);
        return unit is null ? null : _drivers.GetValueOrDefault(unit);
    }

    private void GiveDma(Attachment attachment)
    {
        var device = attachment.Device;
        var domain = attachment.Group?.DefaultDomain is { Type: DomainType.Dma } translated ? translated : null;
        device.DmaOrNull = new DmaApi(new DmaMapper(device, _callSites, domain, Counters), _memory, _boot.CpuCount);
        SetDebug(attachment, _memory.Debug);
        _attachments[attachment.Place.Location] = attachment;
    }

    private string NameOf(Bdf source)
    {
        lock (_sync)
        {
            if (_attachments.TryGetValue(source, out var attachment))
                return attachment.Device.Name;
            // Behind a bridge to conventional PCI nobody can tell who it was.
            var names = _attachments.Values.Where(other => other.Member?.Requesters.Contains(source) == true).Select(other => other.Device.Name).ToArray();
            return names.Length == 0 ? source.ToString() : string.Join(" or ", names);
        }
    }

    private sealed record Attachment(Device Device, PciPlace Place, IommuGroup? Group, IommuMember? Member);
}
