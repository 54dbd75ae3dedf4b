using DriverSdk.Kernel.Debugging;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Rules;

namespace DriverSdk.Sanitizer;

/// <summary>Words for what the kernel's checks found: one sentence, then facts in a fixed order, then places.</summary>
internal sealed class ViolationTexts(CallSiteTable callSites)
{
    /// <summary>The finding of a DMA check.</summary>
    public Violation Describe(in DmaViolation found)
    {
        var (rule, sentence) = SentenceOf(found);
        return new Violation
        {
            Rule = RuleCatalog.Find(rule)!,
            Sentence = sentence,
            Facts = FactsOf(found),
            Places = PlacesOf(("mapped", found.MappedAt), ("unmapped", found.UnmappedAt), ("allocated", found.AllocatedAt), ("freed", found.FreedAt)),
            DeviceName = found.Device?.Name,
        };
    }

    /// <summary>The finding of a sleep check.</summary>
    public static Violation Describe(in AtomicSleep found)
    {
        var isKey = found.Kind == SleepingCallKind.StaticKeySwitch;
        var places = new List<ViolationPlace> { new("called", found.File, found.Line) };
        if (found.AtomicSinceFile.Length != 0)
            places.Add(new ViolationPlace("became atomic", found.AtomicSinceFile, found.AtomicSinceLine));
        return new Violation
        {
            Rule = RuleCatalog.Find(isKey ? RuleIds.StaticKeySwitchedInAtomic : RuleIds.SleepingCallInAtomic)!,
            Sentence = $"task '{found.TaskName}' {(isKey ? "switches a static key" : "makes a call that may sleep")} in atomic context: {found.What}",
            Facts =
            [
                $"{found.Context} context on CPU {found.CpuIndex}",
                $"preempt count {found.PreemptCount}",
                $"interrupts {(found.IrqsDisabled ? "off" : "on")}",
                .. found.HeldLocks.Select(held => $"holds '{held.Name}' taken at {Path.GetFileName(held.File)}:{held.Line}"),
            ],
            Places = places,
        };
    }

    /// <summary>The finding of a unit that does not snoop.</summary>
    public static Violation Describe(in StaleTable found) => new()
    {
        Rule = RuleCatalog.Find(RuleIds.IommuTableMustBeWrittenBack)!,
        Sentence = $"the IOMMU walks an entry that was changed and not written back, for device '{found.DeviceName}'",
        Facts = [$"line {found.Line}", found.Table, $"entry {found.Entry}", $"the IOMMU saw 0x{found.Seen:x}", $"written 0x{found.Written:x}"],
        Places = [],
        DeviceName = found.DeviceName,
    };

    private static string Actor(Device? device) => device switch
    {
        null => "a driver",
        { DriverName: { } driver } => $"driver '{driver}' of device '{device.Name}'",
        _ => $"the driver of device '{device.Name}'",
    };

    private static (string Rule, string Sentence) SentenceOf(in DmaViolation found) => found.Kind switch
    {
        DmaViolationKind.MappingLeaked =>
            (RuleIds.DmaMappingMustBeUnmapped, $"{Actor(found.Device)} is unbound and leaves {(found.MoreCount == 0 ? "a mapping" : $"{found.MoreCount + 1} mappings")} behind"),
        DmaViolationKind.FreedWhileMapped =>
            (RuleIds.MemoryFreedWhileMapped, found.Device is null ? "a page is freed while an IOMMU domain maps it" : $"{Actor(found.Device)} frees memory that the device can still reach"),
        DmaViolationKind.AllocatedWhileMapped =>
            (RuleIds.MemoryFreedWhileMapped, "a page is allocated while an IOMMU domain still maps it"),
        DmaViolationKind.UnmappedTwice =>
            (RuleIds.MappingUnmappedTwice, $"{Actor(found.Device)} unmaps what is not mapped"),
        DmaViolationKind.StaleLoan =>
            (RuleIds.MappingUnmappedTwice, $"{Actor(found.Device)} unmaps a loan again through a stale copy"),
        DmaViolationKind.MappedWhileFree =>
            (RuleIds.PageMappedWhileFree, $"{Actor(found.Device)} maps a page that is not allocated"),
        DmaViolationKind.FreedWhileDraining =>
            (RuleIds.MemoryFreedWhileDraining, $"{Actor(found.Device)} frees memory before the IOMMU has forgotten its mapping"),
        DmaViolationKind.LengthMismatch =>
            (RuleIds.MappingCountUnbalanced, $"{Actor(found.Device)} unmaps with another length than it mapped with"),
        DmaViolationKind.UnmappedTooMuch =>
            (RuleIds.MappingCountUnbalanced, "an unmap removed more than was asked, because it met a large entry"),
        _ => (RuleIds.MappingCountUnbalanced, $"{Actor(found.Device)} leaves a page's count of mappings unbalanced"),
    };

    private static List<string> FactsOf(in DmaViolation found)
    {
        var facts = new List<string>();
        if (found.Iova is { } iova)
            facts.Add(iova.ToString());
        if (found.MappedBytes != 0)
            facts.Add($"mapped {found.MappedBytes} bytes{(found.Device is null ? "" : $" {found.Direction}")}");
        if (found.UnmappedBytes != 0)
            facts.Add($"unmapped {found.UnmappedBytes} bytes");
        if (!found.Memory.IsEmpty)
            facts.Add($"{MemoryWords(found)} {found.Memory.Start} {found.Memory.LengthBytes} bytes");
        if (found.MoreCount != 0)
            facts.Add($"and {found.MoreCount} more mapping{(found.MoreCount == 1 ? "" : "s")}");
        return facts;
    }

    private static string MemoryWords(in DmaViolation found) => found.Kind switch
    {
        DmaViolationKind.FreedWhileMapped or DmaViolationKind.FreedWhileDraining => found.FreedKind switch
        {
            FreedMemoryKind.SlabObject or FreedMemoryKind.LargeObject => "freed kmalloc object",
            FreedMemoryKind.VmallocArea => "freed vmalloc page",
            FreedMemoryKind.Stack => "freed stack page",
            FreedMemoryKind.CoherentBlock => "freed coherent block",
            FreedMemoryKind.SlabPage => "freed slab page",
            _ => "freed pages",
        },
        DmaViolationKind.AllocatedWhileMapped => "allocated page",
        DmaViolationKind.MappedWhileFree => "free page",
        _ => "memory",
    };

    private List<ViolationPlace> PlacesOf(params ReadOnlySpan<(string What, CallSite Site)> sites)
    {
        var places = new List<ViolationPlace>();
        foreach (var (what, site) in sites)
        {
            if (callSites.Find(site) is { } place)
                places.Add(new ViolationPlace(what, place.File, place.Line));
        }

        return places;
    }
}
