namespace DriverSdk.Hardware.Iommu;

/// <summary>Gives every remapping unit that is made inside it another cache policy, and remembers the units: so a test runs what was written for a fast machine.</summary>
/// <remarks>It follows the asynchronous flow that began it. A unit whose options name a policy of their own keeps that.</remarks>
internal sealed class CachePolicyScope : IDisposable
{
    private static readonly AsyncLocal<CachePolicyScope?> Current = new();
    private static readonly CachePolicy Default = new();
    private readonly CachePolicy _policy;
    private readonly List<RemappingUnit> _units = [];

    private CachePolicyScope(CachePolicy policy) => _policy = policy;

    /// <summary>The units made inside, whatever their policy.</summary>
    public IReadOnlyList<RemappingUnit> Units
    {
        get
        {
            lock (_units)
                return [.. _units];
        }
    }

    /// <summary>Begins a scope; it ends when it is disposed of.</summary>
    /// <param name="policy">The policy of the units.</param>
    public static CachePolicyScope Begin(CachePolicy policy)
    {
        var scope = new CachePolicyScope(policy);
        Current.Value = scope;
        return scope;
    }

    /// <summary>The options that a unit is made with.</summary>
    public static RemappingUnitOptions Apply(RemappingUnitOptions options) =>
        Current.Value is { } scope && options.Caches == Default ? options with { Caches = scope._policy } : options;

    /// <summary>Remembers a unit that was made.</summary>
    public static void Enrol(RemappingUnit unit)
    {
        if (Current.Value is not { } scope)
            return;
        lock (scope._units)
            scope._units.Add(unit);
    }

    /// <inheritdoc/>
    public void Dispose() => Current.Value = null;
}
