using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Devices;
using DriverSdk.Kernel.Dma;

namespace DriverSdk.Kernel.Debugging;

/// <summary>What the DMA checks saw a driver do wrong: facts only, no text.</summary>
/// <remarks>Addresses and lengths that do not apply are absent or zero; unknown sites are the default <see cref="CallSite"/>.</remarks>
internal readonly record struct DmaViolation(DmaViolationKind Kind)
{
    /// <summary>The device whose mapping it is, or null when the check does not know one.</summary>
    public Device? Device { get; init; }

    /// <summary>The mapping's first byte as the device sees it.</summary>
    public Iova? Iova { get; init; }

    /// <summary>The memory in question: mapped, freed or allocated.</summary>
    public AddressRange<PhysAddr> Memory { get; init; }

    /// <summary>Length of the mapping in bytes.</summary>
    public ulong MappedBytes { get; init; }

    /// <summary>Length the driver unmapped in bytes.</summary>
    public ulong UnmappedBytes { get; init; }

    /// <summary>Direction of the mapping.</summary>
    public DmaDirection Direction { get; init; }

    /// <summary>What kind of memory was freed.</summary>
    public FreedMemoryKind FreedKind { get; init; }

    /// <summary>Where the mapping was made.</summary>
    public CallSite MappedAt { get; init; }

    /// <summary>Where the memory was allocated.</summary>
    public CallSite AllocatedAt { get; init; }

    /// <summary>Where the memory was freed.</summary>
    public CallSite FreedAt { get; init; }

    /// <summary>Where the mapping was unmapped.</summary>
    public CallSite UnmappedAt { get; init; }

    /// <summary>How many further mappings of the same device leaked.</summary>
    public int MoreCount { get; init; }
}
