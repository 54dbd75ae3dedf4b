using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>PMEN and the two protected regions: RAM that requests cannot reach unless tables translate them. Registers are written under the unit's command lock.</summary>
/// <remarks>
/// Source: facts/vtd.md 1 for the registers. That translated requests are not checked, that a blocked request is not recorded, and that a region whose limit lies below
/// its base protects nothing, is unverified against the specification.
/// </remarks>
/// <param name="options">Which regions exist.</param>
internal sealed class ProtectedMemory(RemappingUnitOptions options)
{
    // Software finds the alignment by writing ones and reading back.
    private const ulong GranuleBytes = 2UL << 20;
    private const ulong LowMask = uint.MaxValue & ~(GranuleBytes - 1);

    private readonly ulong _highMask = ((1UL << options.HostAddressWidth) - 1) & ~(GranuleBytes - 1);
    private Regions? _regions;
    private ulong _lowBase;
    private ulong _lowLimit;
    private ulong _highBase;
    private ulong _highLimit;
    private ProtectedMemoryEnable _enable;

    /// <summary>PMEN.</summary>
    public uint Enable
    {
        get => _enable.Value;
        set
        {
            var isOn = HasRegion && new ProtectedMemoryEnable(value).Enabled;
            _enable = new ProtectedMemoryEnable { Enabled = isOn, Status = isOn };
            Publish();
        }
    }

    /// <summary>PLMBASE.</summary>
    public ulong LowBase { get => _lowBase; set => Set(ref _lowBase, value, options.ProtectedLowRegion ? LowMask : 0); }

    /// <summary>PLMLIMIT.</summary>
    public ulong LowLimit { get => _lowLimit; set => Set(ref _lowLimit, value, options.ProtectedLowRegion ? LowMask : 0); }

    /// <summary>PHMBASE.</summary>
    public ulong HighBase { get => _highBase; set => Set(ref _highBase, value, options.ProtectedHighRegion ? _highMask : 0); }

    /// <summary>PHMLIMIT.</summary>
    public ulong HighLimit { get => _highLimit; set => Set(ref _highLimit, value, options.ProtectedHighRegion ? _highMask : 0); }

    private bool HasRegion => options.ProtectedLowRegion || options.ProtectedHighRegion;

    /// <summary>Whether a request that no table translates may not touch the address. Any thread may ask; both answers hold for the whole 2 MiB around it.</summary>
    public bool Blocks(PhysAddr address) => Volatile.Read(ref _regions) is { } regions && regions.Contains(address.Value);

    private void Set(ref ulong register, ulong value, ulong mask)
    {
        register = value & mask;
        Publish();
    }

    private void Publish() => Volatile.Write(ref _regions, _enable.Enabled ? new Regions(this, options) : null);

    /// <summary>What the registers said at one moment; a region that does not exist is an empty one.</summary>
    private sealed class Regions(ProtectedMemory registers, RemappingUnitOptions offered)
    {
        private readonly ulong _lowFirst = offered.ProtectedLowRegion ? registers._lowBase : ulong.MaxValue;
        private readonly ulong _lowLast = registers._lowLimit | (GranuleBytes - 1);
        private readonly ulong _highFirst = offered.ProtectedHighRegion ? registers._highBase : ulong.MaxValue;
        private readonly ulong _highLast = registers._highLimit | (GranuleBytes - 1);

        public bool Contains(ulong address) => (address >= _lowFirst && address <= _lowLast) || (address >= _highFirst && address <= _highLast);
    }
}
