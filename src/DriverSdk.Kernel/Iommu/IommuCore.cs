using System.Diagnostics.CodeAnalysis;
using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Interrupts;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Knows which device is in which domain, and gives each its DMA API. Linux: drivers/iommu/iommu.c.</summary>
/// <remarks>
/// Every function is a group of its own and gets a DMA domain of its own, strict. On a machine without a unit devices use physical addresses. Attaching is for boot and
/// for scenarios; it is serialised here.
/// </remarks>
internal sealed class IommuCore
{
    private readonly Lock _sync = new();
    private readonly Dictionary<Bdf, Attachment> _attachments = [];
    private readonly KernelMemory _memory;
    private readonly CallSiteTable _callSites;
    private readonly BootInformation _boot;
    private readonly VtdDriver? _unit;

    /// <summary>Finds the unit that firmware names, if any, and turns it on: from here on a device without a domain reaches nothing.</summary>
    public IommuCore(KernelMemory memory, CallSiteTable callSites, BootInformation boot, ICpuBus bus, ICpuCaches? caches = null)
    {
        _memory = memory;
        _callSites = callSites;
        _boot = boot;
        Counters = new DmaCounters(boot.CpuCount);
        if (boot.RemappingUnitBase is { } registers)
            _unit = new VtdDriver(memory.Ram, bus, registers, new KernelTablePages(memory.Pages, callSites), Faults, NameOf, caches);
    }

    /// <summary>The core of a kernel that boots: with the fault interrupt on CPU 0.</summary>
    public IommuCore(KernelInstance kernel)
        : this(kernel.Memory, kernel.CallSites, kernel.BootInformation, kernel.Bus, kernel.Caches)
    {
        if (_unit is not null)
            RequestFaultIrq(_unit, kernel.Interrupts, kernel.Scheduler.Cpus[0]);
    }

    /// <summary>What the unit refused.</summary>
    public IommuFaultLog Faults { get; } = new();

    /// <summary>Mappings made and taken down.</summary>
    public DmaCounters Counters { get; }

    /// <summary>The driver of the machine's unit, or null without one.</summary>
    public VtdDriver? Unit => _unit;

    /// <summary>Puts a device into a DMA domain of its own and gives it its DMA API.</summary>
    /// <param name="device">The device.</param>
    /// <param name="source">Its requester id.</param>
    /// <returns>EBUSY when the requester has a domain, ENOSPC without a domain id, ENOMEM without a page for tables; the device then has no DMA API.</returns>
    public Errno Attach(Device device, Bdf source)
    {
        lock (_sync)
        {
            if (_attachments.ContainsKey(source))
                return Errno.Busy;
            IommuDomain? domain = null;
            if (_unit is not null)
            {
                if (!TryCreateDomain(out domain))
                    return Errno.NoSpace;
                var error = _unit.Attach(source, domain);
                if (error.IsError)
                {
                    _unit.DestroyDomain(domain);
                    return error;
                }
            }

            GiveDma(device, source, domain);
            return Errno.Success;
        }
    }

    /// <summary>Lets a device use physical addresses, on a unit that can pass them through.</summary>
    /// <returns>EINVAL when the unit cannot.</returns>
    public Errno AttachPassThrough(Device device, Bdf source)
    {
        lock (_sync)
        {
            var error = _unit?.AttachPassThrough(source) ?? Errno.Success;
            if (error.IsError)
                return error;
            if (_attachments.GetValueOrDefault(source)?.Domain is { } before)
                _unit!.DestroyDomain(before);
            GiveDma(device, source, null);
            return Errno.Success;
        }
    }

    /// <summary>Refuses every request of a device, whatever is mapped for it. Linux: attaching the blocked domain.</summary>
    public void Block(Bdf source)
    {
        lock (_sync)
            _unit?.Block(source);
    }

    /// <summary>Ends <see cref="Block"/>: the device's own domain again.</summary>
    public Errno Unblock(Bdf source)
    {
        lock (_sync)
            return _unit is { } unit && _attachments.TryGetValue(source, out var attachment) && attachment.Domain is { } domain
                ? unit.Attach(source, domain)
                : Errno.Success;
    }

    /// <summary>Takes a device out of its domain, which ends with all its mappings.</summary>
    public void Detach(Bdf source)
    {
        lock (_sync)
        {
            _unit?.Block(source);
            if (_attachments.Remove(source, out var attachment) && attachment.Domain is { } domain)
                _unit!.DestroyDomain(domain);
        }
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

    /// <summary>The domain of a requester, or null where it has none.</summary>
    public IommuDomain? DomainOf(Bdf source)
    {
        lock (_sync)
            return _attachments.GetValueOrDefault(source)?.Domain;
    }

    private static void RequestFaultIrq(VtdDriver unit, IrqController interrupts, Cpu cpu)
    {
        if (!interrupts.TryAllocateIrqs(cpu, 1, out var irq))
            throw new InvalidOperationException($"{cpu} has no vector left for the remapping unit's fault interrupt at boot.");
        var error = interrupts.RequestIrq(irq, "dmar0", _ => unit.Faults.ReadAll() == 0 ? IrqReturn.None : IrqReturn.Handled, out _);
        if (error.IsError)
            throw new InvalidOperationException($"The remapping unit's fault interrupt could not be requested: {error}.");
        var target = interrupts.TargetOf(irq);
        unit.Faults.EnableMessage(InterruptMessage.To((byte)target.ApicId, target.Vector));
    }

    private static void SetDebug(Attachment attachment, DmaDebug? debug)
    {
        attachment.Device.Dma.Mapper.Debug = debug;
        if (attachment.Domain is { } domain)
            domain.Debug = debug;
    }

    private static AddressRange<Iova> AsIova(AddressRange<PhysAddr> window) => new(new Iova(window.Start.Value), window.LengthBytes);

    private bool TryCreateDomain([NotNullWhen(true)] out IommuDomain? domain)
    {
        if (!_unit!.TryCreateDomain(_boot.CpuCount, out domain))
            return false;
        // Requests there are interrupts and never translated. Source: facts/vtd.md 3.
        domain!.Iovas.Reserve(AsIova(InterruptMessage.Window));
        // A request to a device's window could be claimed by a bridge on its way up. Source: facts/linux.md 4.3.
        domain.Iovas.Reserve(AsIova(_boot.Mmio32Window));
        domain.Iovas.Reserve(AsIova(_boot.Mmio64Window));
        return true;
    }

    private void GiveDma(Device device, Bdf source, IommuDomain? domain)
    {
        var attachment = new Attachment(device, domain);
        device.DmaOrNull = new DmaApi(new DmaMapper(device, _callSites, domain, Counters), _memory, _boot.CpuCount);
        SetDebug(attachment, _memory.Debug);
        _attachments[source] = attachment;
    }

    private string NameOf(Bdf source)
    {
        lock (_sync)
            return _attachments.TryGetValue(source, out var attachment) ? attachment.Device.Name : source.ToString();
    }

    private sealed record Attachment(Device Device, IommuDomain? Domain);
}
