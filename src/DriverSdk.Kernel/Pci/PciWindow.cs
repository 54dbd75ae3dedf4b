using DriverSdk.Contract.Addressing;

namespace DriverSdk.Kernel.Pci;

/// <summary>A window of physical addresses from which BARs are assigned, from the bottom up.</summary>
internal sealed class PciWindow(AddressRange<PhysAddr> range)
{
    private ulong _next = range.Start.Value;

    /// <summary>Where the next assignment would begin.</summary>
    public ulong Next => _next;

    /// <summary>Takes a naturally aligned range; false when the window has no room left for it.</summary>
    /// <param name="lengthBytes">A power of two.</param>
    /// <param name="taken">The range.</param>
    public bool TryTake(ulong lengthBytes, out AddressRange<PhysAddr> taken)
    {
        var start = AlignUp(_next, lengthBytes);
        taken = default;
        if (start < _next || !range.Contains(new AddressRange<PhysAddr>(new PhysAddr(start), lengthBytes)))
            return false;
        _next = start + lengthBytes;
        taken = new AddressRange<PhysAddr>(new PhysAddr(start), lengthBytes);
        return true;
    }

    /// <summary>Moves up to a multiple of <paramref name="granuleBytes"/>, where a bridge's window may begin or end.</summary>
    public void Align(ulong granuleBytes) => _next = AlignUp(_next, granuleBytes);

    private static ulong AlignUp(ulong value, ulong granule) => (value + (granule - 1)) & ~(granule - 1);
}
