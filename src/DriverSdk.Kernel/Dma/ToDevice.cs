using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>The device only reads the memory. As a type, for <c>TryMap&lt;ToDevice&gt;</c>. Linux: <c>DMA_TO_DEVICE</c>.</summary>
[AnyContext]
public readonly struct ToDevice : IDmaDirection
{
    /// <inheritdoc/>
    public static DmaDirection Direction => DmaDirection.ToDevice;
}
