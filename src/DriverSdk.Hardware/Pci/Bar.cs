using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Bus;
using DriverSdk.Hardware.Mmio;

namespace DriverSdk.Hardware.Pci;

/// <summary>A memory BAR: asks for addresses, and answers them once software has assigned some.</summary>
internal sealed class Bar
{
    private readonly ConfigSpace _config;

    public Bar(ConfigSpace config, int index, IMmioTarget target, ulong sizeBytes, BarKind kind)
    {
        _config = config;
        Index = index;
        Target = target;
        SizeBytes = sizeBytes;
        Kind = kind;
        var typeBits = kind switch
        {
            BarKind.Memory64 => PciBarBits.Width64,
            BarKind.Memory64Prefetchable => PciBarBits.Width64 | PciBarBits.Prefetchable,
            _ => 0u,
        };
        var addressMask = ~(sizeBytes - 1);
        _config.Define(Offset, typeBits, AccessWidth.DoubleWord);
        _config.AllowWrite(Offset, (uint)addressMask & PciBarBits.MemoryAddressMask, AccessWidth.DoubleWord);
        if (Is64)
            _config.AllowWrite(Offset + 4, (uint)(addressMask >> 32), AccessWidth.DoubleWord);
    }

    /// <summary>Its number, 0 to 5.</summary>
    public int Index { get; }

    /// <summary>Who answers.</summary>
    public IMmioTarget Target { get; }

    /// <summary>Its size, a power of two.</summary>
    public ulong SizeBytes { get; }

    /// <summary>Which addresses it takes.</summary>
    public BarKind Kind { get; }

    /// <summary>Whether it takes the next slot as well.</summary>
    public bool Is64 => Kind != BarKind.Memory32;

    /// <summary>Slots it takes.</summary>
    public int SlotCount => Is64 ? 2 : 1;

    private int Offset => PciHeader.Bar0 + (Index * sizeof(uint));

    /// <summary>Adds the addresses that software assigned; none while the BAR holds zero, where RAM is.</summary>
    public void CollectRegion(List<MmioRegion> regions)
    {
        var address = (ulong)(_config.Read32(Offset) & PciBarBits.MemoryAddressMask);
        if (Is64)
            address |= (ulong)_config.Read32(Offset + 4) << 32;
        if (address != 0)
            regions.Add(new MmioRegion(address, address + (SizeBytes - 1), Target, TargetOffset: 0));
    }
}
