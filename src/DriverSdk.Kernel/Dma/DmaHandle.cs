using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Dma;

/// <summary>What the raw door hands out: the address a device uses, or an error that only <see cref="DmaRaw.MappingError"/> tells from one.</summary>
/// <remarks>
/// The one type that may be an address or an error, because that is the mistake the raw door exists to show. The default value is IOVA zero, which no mapping has
/// behind an IOMMU. Linux: <c>dma_addr_t</c> with <c>DMA_MAPPING_ERROR</c>, all ones.
/// </remarks>
[AnyContext]
public readonly record struct DmaHandle
{
    internal DmaHandle(Iova raw) => Iova = raw;

    /// <summary>The address, or the error value, as the driver would write it into a descriptor.</summary>
    public Iova Iova { get; }

    /// <summary>The error value: all ones. Linux: <c>DMA_MAPPING_ERROR</c>.</summary>
    internal static DmaHandle Error => new(new Iova(ulong.MaxValue));

    internal bool IsError => Iova.Value == ulong.MaxValue;

    /// <summary>The address, or <c>mapping error</c>.</summary>
    public override string ToString() => IsError ? "mapping error" : Iova.ToString();
}
