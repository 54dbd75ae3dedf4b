using System.Globalization;
using DriverSdk.Hardware.Iommu;

namespace DriverSdk.Cli.Options;

/// <summary>The keys of <c>--iommu</c> that say what the unit caches and for how long; all our own.</summary>
internal static class CacheKeys
{
    private const string Geometry = "none|unbounded|SETSxWAYS";

    /// <summary>The policy as a whole first, then its parts.</summary>
    public static readonly IReadOnlyList<OptionKey<RemappingUnitOptions>> All =
    [
        Key("emu-cache", "default|maximally-stale|minimal", "default", "All caches together; write it before the keys that change one of them.", (_, value) => Named(value)),
        Key("emu-cache-context", "0..65536", "65536", "Context entries kept.", (policy, value) => policy with { ContextEntries = value.Number }),
        Key("emu-cache-4k", Geometry, "1024x3", "The IOTLB's 4 KiB translations.", (policy, value) => policy with { Pages4K = GeometryOf(value) }),
        Key("emu-cache-2m", Geometry, "128x3", "The IOTLB's 2 MiB translations.", (policy, value) => policy with { Pages2M = GeometryOf(value) }),
        Key("emu-cache-1g", Geometry, "128x3", "The IOTLB's 1 GiB translations.", (policy, value) => policy with { Pages1G = GeometryOf(value) }),
        Key("emu-cache-tables", Geometry, "none", "Non-leaf entries, for each level.", (policy, value) => policy with { PagingStructures = GeometryOf(value) }),
        Key("emu-cache-refusals", Geometry, "none", "Not-present and faulty entries; they count only with caching-mode=on.", (policy, value) => policy with { Refusals = GeometryOf(value) }),
        Key("emu-cache-tags", "domain|source", "domain", "Who shares translations.", (policy, value) => policy with { Tags = TagsOf(value) }),
        Key("emu-cache-replacement", "round-robin|random|lru", "round-robin", "Who makes room in a full set.", (policy, value) => policy with { Replacement = ReplacementOf(value) }),
        Key("emu-cache-seed", "NUMBER", "0", "Seed of emu-cache-replacement=random.", (policy, value) => policy with { Seed = value.Number }),
        Key("emu-cache-denied", "walks|faults", "walks", "What becomes of a request that a cached entry does not grant.", (policy, value) => policy with { Denied = DeniedOf(value) }),
        Key("emu-cache-stale-uses", "on|off", "off", "Counts uses of a cached entry that differs from RAM; emu_statistics tells.", (policy, value) => policy with { DetectsStaleUse = value.Switch }),
    ];

    private static OptionKey<RemappingUnitOptions> Key(string name, string values, string standard, string meaning, Func<CachePolicy, OptionValue, CachePolicy> apply) =>
        new(name, values, standard, meaning, (options, value) => options with { Caches = apply(options.Caches, value) });

    private static CachePolicy Named(OptionValue value) => value.Text switch
    {
        "default" => new CachePolicy(),
        "maximally-stale" => CachePolicy.MaximallyStale,
        "minimal" => CachePolicy.Minimal,
        _ => throw value.Refusal,
    };

    private static CacheGeometry GeometryOf(OptionValue value) => value.Text switch
    {
        "none" => CacheGeometry.None,
        "unbounded" => CacheGeometry.Unbounded,
        _ => ExplicitGeometry(value),
    };

    private static CacheGeometry ExplicitGeometry(OptionValue value)
    {
        var numbers = value.Text.Split('x');
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out var sets)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ways)
                ? new CacheGeometry(sets, ways)
                : throw value.Refusal;
    }

    private static CacheTags TagsOf(OptionValue value) => value.Text switch
    {
        "domain" => CacheTags.ByDomain,
        "source" => CacheTags.BySource,
        _ => throw value.Refusal,
    };

    private static CacheReplacement ReplacementOf(OptionValue value) => value.Text switch
    {
        "round-robin" => CacheReplacement.RoundRobin,
        "random" => CacheReplacement.Random,
        "lru" => CacheReplacement.LeastRecentlyUsed,
        _ => throw value.Refusal,
    };

    private static DeniedHit DeniedOf(OptionValue value) => value.Text switch
    {
        "walks" => DeniedHit.WalksAgain,
        "faults" => DeniedHit.Faults,
        _ => throw value.Refusal,
    };
}
