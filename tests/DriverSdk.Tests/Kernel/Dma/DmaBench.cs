using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Boot;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Registers;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Firmware;
using DriverSdk.Hardware.Iommu;
using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Iommu;
using DriverSdk.Kernel.Memory;
using DriverSdk.Sanitizer;

namespace DriverSdk.Tests.Kernel.Dma;

/// <summary>RAM, a remapping unit, the kernel's memory and IOMMU core, one device and the sanitizer: all that a DMA test needs and no more.</summary>
internal sealed class DmaBench : IDisposable
{
    public static readonly Bdf Source = new(0, 3, 0);
    private static readonly PhysAddr UnitBase = new(0xFED9_0000);

    private readonly RequesterSlot _slot = new();

    public DmaBench(DmaChecks checks = DmaChecks.Exact, ViolationPolicy policy = ViolationPolicy.Count, RemappingUnitOptions? unit = null)
        : this(checks, policy, unit ?? new RemappingUnitOptions(), 64UL << 20)
    {
    }

    private DmaBench(DmaChecks checks, ViolationPolicy policy, RemappingUnitOptions? unit, ulong ramBytes)
    {
        Ram = new PhysicalMemory(new MemoryLayout(ramBytes));
        Memory = new KernelMemory(Ram, cpuCount: 2, CallSites);
        Sanitizer = new DriverSanitizer(Memory, CallSites, new SanitizerOptions { Dma = checks, Policy = policy });
        var bus = new SystemBus();
        if (unit is not null)
        {
            Unit = new RemappingUnit(Ram, unit, new NoMessages());
            Unit.Watch(_slot);
            bus.Map(new AddressRange<PhysAddr>(UnitBase, RegisterOffsets.PageBytes), Unit);
        }

        var rootPointer = FirmwareTables.Install(Ram, unit is null ? null : new DmarDescription { Units = [new FirmwareUnit(UnitBase) { IncludesAll = true }] });
        Iommu = new IommuCore(Memory, CallSites, new BootInformation { CpuCount = 2, AcpiRootPointer = rootPointer }, bus, CachesOf(Unit));
        Device = new BenchDevice("0000:00:03.0");
        Assert.AreEqual(DriverSdk.Kernel.Errno.Success, Iommu.Attach(Device, new PciPlace(Source)));
        Iommu.EnableTranslation();
        Device.DriverName = "nic";
        Device.Dma.Mapper.Mask = DmaMask.Bits(64);
        Device.Dma.Mapper.CoherentMask = DmaMask.Bits(64);
    }

    public PhysicalMemory Ram { get; }

    public CallSiteTable CallSites { get; } = new();

    public KernelMemory Memory { get; }

    public DriverSanitizer Sanitizer { get; }

    public RemappingUnit? Unit { get; }

    public IommuCore Iommu { get; }

    public Device Device { get; }

    public IommuDomain Domain => Iommu.DomainOf(Source)!;

    public static DmaBench WithoutUnit(ulong ramBytes = 64UL << 20) => new(DmaChecks.Exact, ViolationPolicy.Count, null, ramBytes);

    /// <summary>Whether the device's access goes through now, as the hardware decides it.</summary>
    public bool Allows(Iova address, IommuAccess access) => Reach(address, access) is not null;

    /// <summary>Where the device's access ends, or null where the unit refuses it.</summary>
    public PhysAddr? Reach(Iova address, IommuAccess access)
    {
        _slot.Enter();
        try
        {
            return Unit!.TryTranslate(Source, address, access, out var page) ? page.Address : null;
        }
        finally
        {
            _slot.Exit();
        }
    }

    public KernelBuffer Kmalloc(ulong lengthBytes) => Memory.Kmalloc(lengthBytes, Gfp.Atomic);

    public KernelPages AllocPages(int order) => Memory.AllocPages(order, Gfp.Atomic);

    public PhysAddr PhysOf(KernelBuffer buffer) => Memory.TryTranslate(buffer.Address, out var physical) ? physical : throw new AssertFailedException($"{buffer} is not mapped.");

    public void Dispose() => Ram.Dispose();

    private static CpuCaches CachesOf(RemappingUnit? unit) => unit?.TableMemory is { } behind ? new CpuCaches(behind) : new CpuCaches();

    private sealed class BenchDevice(string name) : Device(null!, name);

    private sealed class NoMessages : IMessagePort
    {
        public void Send(PhysAddr address, uint data)
        {
        }
    }
}
