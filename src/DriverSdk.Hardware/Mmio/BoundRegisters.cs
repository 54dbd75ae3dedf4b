using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Mmio;

/// <summary>A register map with one device behind it.</summary>
internal sealed class BoundRegisters<TDevice>(RegisterMap<TDevice> map, TDevice device) : IMmioTarget
    where TDevice : class
{
    public ulong Read(ulong offset, AccessWidth width) => map.Read(device, offset, width);

    public void Write(ulong offset, ulong value, AccessWidth width) => map.Write(device, offset, value, width);
}
