namespace DriverSdk.Differential.Rigs;

/// <summary>An invalidation, as the numbers that its descriptor holds.</summary>
/// <param name="Cache">Which cache.</param>
/// <param name="Granularity">1 global, 2 domain, 3 device or pages.</param>
/// <param name="Domain">Domain id, where the granularity wants one.</param>
/// <param name="Source">Source id, for one device.</param>
/// <param name="Address">First page.</param>
/// <param name="Mask">2^n pages.</param>
/// <param name="LeafOnly">1 when only leaf entries changed.</param>
internal readonly record struct InvalidationCommand(CacheKind Cache, int Granularity, int Domain = 0, int Source = 0, ulong Address = 0, int Mask = 0, int LeafOnly = 0)
{
    public static InvalidationCommand AllContexts => new(CacheKind.Context, 1);

    public static InvalidationCommand AllTranslations => new(CacheKind.Iotlb, 1);

    /// <summary>The descriptor, as facts/vtd.md 5 lays it out.</summary>
    public (ulong Low, ulong High) Descriptor => Cache == CacheKind.Context
        ? (1UL | ((ulong)(uint)Granularity << 4) | ((ulong)(uint)Domain << 16) | ((ulong)(uint)Source << 32), 0)
        : (2UL | ((ulong)(uint)Granularity << 4) | (3UL << 6) | ((ulong)(uint)Domain << 16), (Address & ~0xfffUL) | ((ulong)(uint)LeafOnly << 6) | (uint)Mask);

    public override string ToString() => $"{Cache} granularity {Granularity}, domain {Domain}, source 0x{Source:x}, 2^{Mask} pages at 0x{Address:x}{(LeafOnly == 0 ? "" : ", leaf only")}";
}
