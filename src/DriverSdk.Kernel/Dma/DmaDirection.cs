using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>Which way data flows through a streaming mapping. Linux: <c>enum dma_data_direction</c>, with the same values.</summary>
[AnyContext]
public enum DmaDirection
{
    /// <summary>Both ways; the device may read and write.</summary>
    Bidirectional = 0,

    /// <summary>From memory to the device; the device may only read.</summary>
    ToDevice = 1,

    /// <summary>From the device to memory; the device may only write.</summary>
    FromDevice = 2,

    /// <summary>No direction; no mapping may have it.</summary>
    None = 3,
}
