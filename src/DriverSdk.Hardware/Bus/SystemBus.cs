using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Bus;

/// <summary>The CPUs' way to registers: finds who answers an address or a port.</summary>
/// <remarks>
/// Board devices at fixed addresses come before PCI functions where both claim a byte. Accesses take no lock: a change of the map publishes a new one. An access that nobody
/// answers wholly, or that is not naturally aligned, reads all ones and writes nothing.
/// </remarks>
internal sealed class SystemBus : ICpuBus
{
    private readonly Lock _lock = new();
    private readonly List<MmioRegion> _fixed = [];
    private readonly List<(ushort First, ushort Last, IPortTarget Target)> _ports = [];
    private MmioRegion[] _pci = [];
    private DecodeMap _map = new([]);

    /// <summary>Who answers what, from the lowest address up.</summary>
    public IReadOnlyList<MmioRegion> Regions => Volatile.Read(ref _map).Regions;

    /// <summary>Gives a range to a board device; done while the machine is built.</summary>
    /// <exception cref="ArgumentException">The range is empty or overlaps another board device.</exception>
    public void Map(AddressRange<PhysAddr> range, IMmioTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (range.IsEmpty)
            throw new ArgumentException($"The range {range} of {target.GetType().Name} is empty; give at least one byte.", nameof(range));
        var region = new MmioRegion(range.Start.Value, range.Last.Value, target, TargetOffset: 0);
        lock (_lock)
        {
            foreach (var other in _fixed)
            {
                if (other.Overlaps(region))
                    throw new ArgumentException($"{target.GetType().Name} at {range} overlaps {other.Target.GetType().Name}; move one.", nameof(range));
            }

            _fixed.Add(region);
            Publish();
        }
    }

    /// <summary>Gives ports to a board device; done while the machine is built.</summary>
    /// <param name="first">First port.</param>
    /// <param name="last">Last port, inclusive.</param>
    /// <param name="target">Who answers.</param>
    public void MapPorts(ushort first, ushort last, IPortTarget target) => _ports.Add((first, last, target));

    /// <summary>Replaces what the PCI functions claim.</summary>
    public void SetPciRegions(IEnumerable<MmioRegion> regions)
    {
        lock (_lock)
        {
            _pci = [.. regions];
            Publish();
        }
    }

    /// <inheritdoc/>
    public ulong ReadMmio(PhysAddr address, AccessWidth width)
    {
        if (!TryFind(address, width, out var region))
            return width.AllOnes();
        return region.Target.Read(address.Value - region.Start + region.TargetOffset, width) & width.AllOnes();
    }

    /// <inheritdoc/>
    public void WriteMmio(PhysAddr address, ulong value, AccessWidth width)
    {
        if (TryFind(address, width, out var region))
            region.Target.Write(address.Value - region.Start + region.TargetOffset, value & width.AllOnes(), width);
    }

    /// <inheritdoc/>
    public uint ReadPort(ushort port, AccessWidth width)
    {
        var target = width == AccessWidth.QuadWord ? null : FindPort(port);
        return (target?.ReadPort(port, width) ?? uint.MaxValue) & (uint)width.AllOnes();
    }

    /// <inheritdoc/>
    public void WritePort(ushort port, uint value, AccessWidth width)
    {
        if (width != AccessWidth.QuadWord)
            FindPort(port)?.WritePort(port, value & (uint)width.AllOnes(), width);
    }

    private bool TryFind(PhysAddr address, AccessWidth width, out MmioRegion region)
    {
        region = default;
        return width.Fits(address.Value) && Volatile.Read(ref _map).TryFind(address.Value, address.Value + ((ulong)width - 1), out region);
    }

    private IPortTarget? FindPort(ushort port)
    {
        foreach (var (first, last, target) in _ports)
        {
            if (port >= first && port <= last)
                return target;
        }

        return null;
    }

    private void Publish() => Volatile.Write(ref _map, new DecodeMap(_fixed.Concat(_pci)));
}
