using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Memory;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>Where things lie in the kernel's virtual address space, after Linux on x86-64 with 4-level paging.</summary>
/// <remarks>The bases are those of Linux's Documentation/arch/x86/x86_64/mm.rst; lengths are smaller where this machine needs less.</remarks>
[AnyContext]
public sealed class KernelLayout
{
    /// <summary>Length of a task's stack: 16 KiB. Linux: <c>THREAD_SIZE</c>.</summary>
    public const ulong StackBytes = 16UL << 10;

    // An image sits at 16 MiB, as a distribution's kernel does; image addresses are physical addresses plus this base.
    private const ulong ImageMapBase = 0xffff_ffff_8000_0000;
    private const ulong ImagePhysicalStart = 16UL << 20;
    private const ulong TextBytes = 2UL << 20;
    private const ulong RodataBytes = 1UL << 20;
    private const ulong DataBytes = 1UL << 20;

    internal KernelLayout(MemoryLayout ram) => DirectMap = new AddressRange<KernelAddr>(DirectMapBase, ram.End.Value);

    /// <summary>Where the direct map begins: physical address zero. Linux: <c>PAGE_OFFSET</c>.</summary>
    public static KernelAddr DirectMapBase { get; } = new(0xffff_8880_0000_0000);

    /// <summary>Space for vmalloc areas. Linux: <c>VMALLOC_START</c>.</summary>
    public static AddressRange<KernelAddr> Vmalloc { get; } = new(new KernelAddr(0xffff_c900_0000_0000), 64UL << 30);

    /// <summary>Space for task stacks, above the vmalloc areas; each stack stands between guard pages.</summary>
    public static AddressRange<KernelAddr> Stacks { get; } = new(new KernelAddr(0xffff_c910_0000_0000), 1UL << 30);

    /// <summary>The kernel's code. Linux: <c>_stext</c> to <c>_etext</c>.</summary>
    public static AddressRange<KernelAddr> Text { get; } = new(new KernelAddr(ImageMapBase + ImagePhysicalStart), TextBytes);

    /// <summary>The kernel's constants. Linux: <c>__start_rodata</c> to <c>__end_rodata</c>.</summary>
    public static AddressRange<KernelAddr> Rodata { get; } = new(Text.Start + TextBytes, RodataBytes);

    /// <summary>The kernel's static variables. Linux: <c>_sdata</c> to <c>_edata</c>.</summary>
    public static AddressRange<KernelAddr> Data { get; } = new(Rodata.Start + RodataBytes, DataBytes);

    /// <summary>RAM that holds the kernel image; the page allocator never hands it out.</summary>
    public static AddressRange<PhysAddr> ImageRam { get; } = new(new PhysAddr(ImagePhysicalStart), TextBytes + RodataBytes + DataBytes);

    /// <summary>RAM that belongs to firmware: the lowest 1 MiB, so that frame zero is never anybody's page.</summary>
    public static AddressRange<PhysAddr> FirmwareRam { get; } = new(default, 1UL << 20);

    /// <summary>All physical addresses up to the end of RAM; the hole below 4 GiB is a hole here too.</summary>
    public AddressRange<KernelAddr> DirectMap { get; }

    /// <summary>The direct map's address of a physical address. Linux: <c>__va()</c>, <c>phys_to_virt()</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The address lies past the end of RAM.</exception>
    public KernelAddr ToKernelAddr(PhysAddr address) =>
        address.Value < DirectMap.LengthBytes
            ? DirectMapBase + address.Value
            : throw new ArgumentOutOfRangeException(nameof(address), $"{address} is not RAM, which ends at 0x{DirectMap.LengthBytes:x}; only RAM has an address in the direct map.");

    internal static PhysAddr ImageToPhysical(KernelAddr address) => new(address.Value - ImageMapBase);
}
