using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>The device only writes the memory. As a type, for <c>TryMap&lt;FromDevice&gt;</c>. Linux: <c>DMA_FROM_DEVICE</c>.</summary>
[AnyContext]
public readonly struct FromDevice : IDmaDirection
{
    /// <inheritdoc/>
    public static DmaDirection Direction => DmaDirection.FromDevice;
}
