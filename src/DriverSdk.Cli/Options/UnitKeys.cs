using DriverSdk.Contract.PageTables;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Options;

/// <summary>The keys of <c>--iommu</c>: those of QEMU's newest intel-iommu device by the same names, and our own with <c>emu-</c> in front.</summary>
internal static class UnitKeys
{
    /// <summary>QEMU's keys first.</summary>
    public static readonly IReadOnlyList<OptionKey<RemappingUnitOptions>> All =
    [
        new("aw-bits", "39|48|57", "48", "Width of the addresses that it translates.", (options, value) => options with { AddressWidth = value.Number }),
        new("caching-mode", "on|off", "off", "Not-present entries may be cached.", (options, value) => options with { CachingMode = value.Switch }),
        new("intremap", "on|off", "on", "Interrupts can be remapped.", (options, value) => options with { InterruptRemapping = value.Switch }),
        new("eim", "on|off", "off", "Interrupt entries may name x2APIC destinations.", (options, value) => options with { ExtendedInterruptMode = value.Switch }),
        new("device-iotlb", "on|off", "off", "Context entries may let devices keep translations.", (options, value) => options with { DeviceTlb = value.Switch }),
        new("snoop-control", "on|off", "off", "Leaves of page tables may have their snoop bit set.", (options, value) => options with { SnoopControl = value.Switch }),
        new("pt", "on|off", "on", "Context entries may say pass-through.", (options, value) => options with { PassThrough = value.Switch }),
        new("dma-drain", "on|off", "on", "An invalidation can wait for transfers under way.", (options, value) => options with { DrainsReads = value.Switch, DrainsWrites = value.Switch }),
        NotModelled("dma-translation", "on", "The unit translates at all."),
        NotModelled("scalable-mode", "off", "Scalable mode tables."),
        NotModelled("fsts", "off", "First-stage translation."),
        NotModelled("fs1gp", "off", "First-stage pages of 1 GiB."),
        NotModelled("pasid-bits", "0", "Width of PASIDs."),
        NotModelled("svm", "off", "Shared virtual memory."),
        NotModelled("stale-tm", "off", "The TM bit of older tables."),
        new("emu-haw", "36..52", "48", "Width of physical addresses.", (options, value) => options with { HostAddressWidth = value.Number }),
        new("emu-domains", "16|64|256|1024|4096|16384|65536", "65536", "Domain ids.", (options, value) => options with { DomainCount = value.Number }),
        new("emu-fault-records", "1..8", "1", "Fault records.", (options, value) => options with { FaultRecordCount = value.Number }),
        new("emu-large-pages", "none|2m|1g", "1g", "The largest leaf.", (options, value) => options with { LargePages = LargePagesOf(value) }),
        new("emu-zlr", "on|off", "on", "A zero-length read of a write-only page succeeds.", (options, value) => options with { ZeroLengthRead = value.Switch }),
        new("emu-psi", "on|off", "on", "Single pages can be invalidated.", (options, value) => options with { PageSelectiveInvalidation = value.Switch }),
        new("emu-max-mask", "0..36", "18", "Greatest page-selective invalidation, as a power of two of pages.", (options, value) => options with { MaxAddressMask = value.Number }),
        new("emu-interrupt-entries", "0|1|2|4..65536", "256", "Interrupt entries kept; 0 reads each from memory.", (options, value) => options with { InterruptEntryCacheEntries = value.Number }),
        new("emu-coherent", "on", "on", "The unit sees table writes at once. off cannot be had: qtest has no word to write a cache line back.", Coherent),
        .. CacheKeys.All,
    ];

    private static RemappingUnitOptions Coherent(RemappingUnitOptions options, OptionValue value) => value.Text switch
    {
        "on" => options,
        "off" => throw new UsageException("emu-coherent=off is not offered: the client's writes are a CPU's, and the protocol has no word to write their cache lines back, "
            + "so the unit would never see a table; leave emu-coherent out, or write emu-coherent=on."),
        _ => throw value.Refusal,
    };

    private static OptionKey<RemappingUnitOptions> NotModelled(string name, string only, string meaning) => new(
        name,
        only,
        only,
        $"{meaning} Not modelled yet: only {only} is accepted.",
        (options, value) => value.Text == only
            ? options
            : throw new UsageException($"{name}={value.Text} is not modelled yet; leave {name} out, or write {name}={only}."));

    private static LargePages LargePagesOf(OptionValue value) => value.Text switch
    {
        "none" => LargePages.None,
        "2m" => LargePages.Size2M,
        "1g" => LargePages.Size2M | LargePages.Size1G,
        _ => throw value.Refusal,
    };
}
