using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Pci;

/// <summary>A function's capabilities, linked in configuration space in the order they were added.</summary>
internal sealed class CapabilityList(ConfigSpace config)
{
    private readonly List<Capability> _entries = [];
    private int _next = PciHeader.FirstCapability;

    /// <summary>Appends a capability at the next free offset.</summary>
    public void Add(Capability capability)
    {
        var link = _entries.Count == 0 ? PciHeader.CapabilityPointer : _entries[^1].Offset + 1;
        if (_next + capability.LengthBytes > PciHeader.ConventionalBytes)
            throw new InvalidOperationException($"Capability {capability.Id} needs {capability.LengthBytes} bytes at 0x{_next:x}, past the 256 bytes that capabilities have; add fewer.");
        config.Define(link, (uint)_next, AccessWidth.Byte);
        config.Define(PciHeader.Status, config.Read16(PciHeader.Status) | (uint)PciStatus.CapabilityList, AccessWidth.Word);
        config.Define(_next, (uint)capability.Id, AccessWidth.Byte);
        capability.Place(config, _next);
        _entries.Add(capability);
        _next = (_next + capability.LengthBytes + 3) & ~3;
    }

    /// <summary>Tells the capability whose registers were written.</summary>
    public void Written(int offset)
    {
        foreach (var capability in _entries)
        {
            if (offset >= capability.Offset && offset < capability.Offset + capability.LengthBytes)
                capability.Written();
        }
    }

    /// <summary>Resets all of them.</summary>
    public void Reset()
    {
        foreach (var capability in _entries)
            capability.Reset();
    }
}
