using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;

namespace DriverSdk.Kernel.Debugging;

/// <summary>A mapping as the DMA checks know it; what changes during its life is changed in place, in the ledger.</summary>
/// <param name="Device">Whose it is.</param>
/// <param name="Iova">First byte as the device sees it.</param>
/// <param name="Start">First byte of the memory.</param>
/// <param name="LengthBytes">Length in bytes, not rounded.</param>
/// <param name="Direction">Its direction.</param>
/// <param name="Kind">Which call made it.</param>
/// <param name="MappedAt">Where.</param>
internal record struct MappingRecord(
    Device Device, Iova Iova, PhysAddr Start, ulong LengthBytes, DmaDirection Direction, MappingKind Kind, CallSite MappedAt)
{
    /// <summary>Where it was unmapped; set while its invalidation is under way.</summary>
    public CallSite UnmappedAt { get; set; }

    /// <summary>Whether it is being unmapped and its invalidation is not done.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Whether freeing its memory was reported already, so that freeing the page around it says nothing new.</summary>
    public bool IsReported { get; set; }

    /// <summary>The memory.</summary>
    public readonly AddressRange<PhysAddr> Memory => new(Start, LengthBytes);

    /// <summary>The first page that holds a byte of it.</summary>
    public readonly Pfn FirstPage => Pfn.Containing(Start);

    /// <summary>Number of pages that hold a byte of it.</summary>
    public readonly ulong PageCount => ((Start.Value + (LengthBytes - 1)) >> PageSize.CpuShift) - (Start.Value >> PageSize.CpuShift) + 1;
}
