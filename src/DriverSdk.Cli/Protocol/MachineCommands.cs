using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Protocol;

/// <summary>What concerns the machine as a whole.</summary>
internal static class MachineCommands
{
    public static void Endianness(Door door, scoped in Words words) => door.Answers.OkText("little");

    public static void LoadModule(Door door, scoped in Words words) => door.Answers.Fail("There are no modules to load; choose devices with --device.");

    public static void Statistics(Door door, scoped in Words words)
    {
        if (door.Machine.Statistics is not { } seen)
        {
            door.Answers.Fail("The machine has no remapping unit; start it with --iommu.");
            return;
        }

        var caches = seen.Caches;
        (string Name, long Count)[] counts =
        [
            ("iotlb-hits", seen.IotlbHits),
            ("walks", seen.TableWalks),
            ("passed-through", seen.PassedThrough),
            ("context-reads", seen.ContextReads),
            ("faults", seen.Faults),
            ("context-invalidations", seen.ContextInvalidations),
            ("iotlb-invalidations", seen.IotlbInvalidations),
            .. CountsOf("context", caches.Context),
            .. CountsOf("4k", caches.Pages4K),
            .. CountsOf("2m", caches.Pages2M),
            .. CountsOf("1g", caches.Pages1G),
            .. CountsOf("tables", caches.PagingStructures),
            .. CountsOf("refusals", caches.Refusals),
            ("stale-uses", caches.StaleUses),
        ];
        door.Answers.OkText(string.Join(' ', counts.Select(count => $"{count.Name}={count.Count}")));
    }

    private static (string Name, long Count)[] CountsOf(string cache, CacheStatistics seen) =>
    [
        ($"{cache}-hits", seen.Hits),
        ($"{cache}-misses", seen.Misses),
        ($"{cache}-fills", seen.Fills),
        ($"{cache}-evictions", seen.Evictions),
        ($"{cache}-invalidated", seen.Invalidated),
    ];
}
