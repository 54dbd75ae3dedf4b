using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Ports;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel;

/// <summary>One running kernel: what drivers reach through their device. Many machines, each with a kernel of its own, live in one process.</summary>
[AnyContext]
public sealed class KernelInstance : IDisposable
{
    private ICpuBus? _bus;
    private ICpuCaches? _caches;
    private IommuCore? _iommu;
    private IoApicDriver? _ioApic;

    internal KernelInstance(PhysicalMemory ram, BootInformation boot, KernelScheduler scheduler, KernelOptions? options = null)
    {
        Options = options ?? new KernelOptions();
        BootInformation = boot;
        Scheduler = scheduler;
        Memory = new KernelMemory(ram, boot.CpuCount, CallSites);
        scheduler.Stacks = Memory.Stacks;
        Interrupts = new IrqController(scheduler);
        Pci = new PciCore(this);
    }

    /// <summary>The source places that reports name.</summary>
    internal CallSiteTable CallSites { get; } = new();

    /// <summary>CPUs and tasks.</summary>
    public KernelScheduler Scheduler { get; }

    /// <summary>The kernel's time.</summary>
    public KernelClock Clock => Scheduler.Clock;

    /// <summary>Memory.</summary>
    public KernelMemory Memory { get; }

    /// <summary>Interrupts.</summary>
    public IrqController Interrupts { get; }

    /// <summary>PCI functions and their drivers.</summary>
    public PciCore Pci { get; }

    internal BootInformation BootInformation { get; }

    internal KernelOptions Options { get; }

    internal ICpuBus Bus => _bus ?? throw NotBooted();

    internal ICpuCaches Caches => _caches ?? throw NotBooted();

    internal IommuCore Iommu => _iommu ?? throw NotBooted();

    internal IoApicDriver IoApic => _ioApic ?? throw NotBooted();

    /// <summary>Brings the kernel up on its hardware; runs once, as the init task.</summary>
    internal void Boot(ICpuBus bus, ICpuCaches caches)
    {
        _bus = bus;
        _caches = caches;
        _ioApic = new IoApicDriver(bus, BootInformation.IoApicBase);
        _iommu = new IommuCore(this);
        _ioApic.Remapping = _iommu.Interrupts;
        Pci.Scan();
        _iommu.EnableTranslation();
    }

    /// <summary>Gives back what the kernel keeps outside of the machine's RAM; the machine calls it when its last task has ended.</summary>
    void IDisposable.Dispose() => Memory.Dispose();

    private static InvalidOperationException NotBooted() => new("The kernel has not booted yet; build the machine first.");
}
