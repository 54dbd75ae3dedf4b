namespace DriverSdk.Differential.Rigs;

/// <summary>Which of the unit's caches a command names.</summary>
internal enum CacheKind
{
    Context,
    Iotlb,
}
