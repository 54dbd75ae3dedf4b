using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Memory;

/// <summary>A part of RAM with free lists of its own. Linux: <c>enum zone_type</c>.</summary>
[AnyContext]
public enum MemoryZone
{
    /// <summary>Below 4 GiB, for devices with 32 address bits. Linux: <c>ZONE_DMA32</c>.</summary>
    Dma32 = 0,

    /// <summary>From 4 GiB up; empty on a machine with at most 2 GiB. Linux: <c>ZONE_NORMAL</c>.</summary>
    Normal = 1,
}
