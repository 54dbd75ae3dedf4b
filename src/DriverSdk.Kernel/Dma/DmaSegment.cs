using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>One contiguous run of a mapped scatter-gather list, as the device sees it. Linux: <c>sg_dma_address()</c>, <c>sg_dma_len()</c>.</summary>
/// <param name="Start">First byte as the device sees it.</param>
/// <param name="LengthBytes">Length in bytes, at least 1.</param>
[AnyContext]
public readonly record struct DmaSegment(Iova Start, ulong LengthBytes);
