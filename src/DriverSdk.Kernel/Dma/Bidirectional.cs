using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>The device reads and writes the memory. As a type, for <c>TryMap&lt;Bidirectional&gt;</c>. Linux: <c>DMA_BIDIRECTIONAL</c>.</summary>
[AnyContext]
public readonly struct Bidirectional : IDmaDirection
{
    /// <inheritdoc/>
    public static DmaDirection Direction => DmaDirection.Bidirectional;
}
