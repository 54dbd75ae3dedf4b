using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>The order of taking locks, outermost first. One table, so that two rooms cannot disagree.</summary>
[AnyContext]
public static class LockRanks
{
    /// <summary>A driver's state: probe, remove, reset.</summary>
    public static LockRank DriverState { get; } = new(nameof(DriverState), 10);

    /// <summary>The list of devices and drivers of a bus.</summary>
    public static LockRank Bus { get; } = new(nameof(Bus), 20);

    /// <summary>One hardware queue or ring of a device.</summary>
    public static LockRank DeviceQueue { get; } = new(nameof(DeviceQueue), 30);

    /// <summary>The devices and tables of one IOMMU domain.</summary>
    public static LockRank IommuDomain { get; } = new(nameof(IommuDomain), 40);

    /// <summary>The space of I/O virtual addresses of one domain.</summary>
    public static LockRank IovaSpace { get; } = new(nameof(IovaSpace), 50);

    /// <summary>The invalidation queue of one remapping unit.</summary>
    public static LockRank InvalidationQueue { get; } = new(nameof(InvalidationQueue), 60);

    /// <summary>A memory allocator.</summary>
    public static LockRank Allocator { get; } = new(nameof(Allocator), 70);
}
