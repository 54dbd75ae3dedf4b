using DriverSdk.Contract.Addressing;

namespace DriverSdk.Contract.Memory;

/// <summary>Where RAM lies in the physical address space: the x86 layout with a hole below 4 GiB for devices.</summary>
/// <remarks>As on a q35 board: RAM up to 2 GiB lies at zero, the rest begins at 4 GiB.</remarks>
public sealed record MemoryLayout
{
    /// <summary>The most RAM a machine may have: 64 GiB.</summary>
    public const ulong MaxRamBytes = 64UL << 30;

    /// <summary>The least RAM a machine may have: 32 MiB, so that some is left above the kernel image, which ends at 20 MiB.</summary>
    public const ulong MinRamBytes = 32UL << 20;

    private const ulong LowRamLimit = 2UL << 30;
    private const ulong FourGiB = 4UL << 30;

    /// <summary>Lays out <paramref name="ramBytes"/> bytes of RAM.</summary>
    /// <param name="ramBytes">32 MiB to 64 GiB, a multiple of 2 MiB.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size lies outside that range or is not a multiple of 2 MiB.</exception>
    public MemoryLayout(ulong ramBytes)
    {
        if (ramBytes is < MinRamBytes or > MaxRamBytes || (ramBytes & PageSize.Size2M.OffsetMask) != 0)
            throw new ArgumentOutOfRangeException(nameof(ramBytes), ramBytes,
                $"RAM was given as {ramBytes} bytes; give a multiple of 2 MiB between 32 MiB and 64 GiB.");
        RamBytes = ramBytes;
        LowRam = new AddressRange<PhysAddr>(default, Math.Min(ramBytes, LowRamLimit));
        HighRam = new AddressRange<PhysAddr>(new PhysAddr(FourGiB), ramBytes - LowRam.LengthBytes);
    }

    /// <summary>All RAM, in bytes.</summary>
    public ulong RamBytes { get; }

    /// <summary>RAM below the hole.</summary>
    public AddressRange<PhysAddr> LowRam { get; }

    /// <summary>RAM from 4 GiB up; empty on a machine with at most 2 GiB.</summary>
    public AddressRange<PhysAddr> HighRam { get; }

    /// <summary>One past the highest byte of RAM.</summary>
    public PhysAddr End => HighRam.IsEmpty ? LowRam.Start + LowRam.LengthBytes : HighRam.Start + HighRam.LengthBytes;
}
