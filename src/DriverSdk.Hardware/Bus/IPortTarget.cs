using DriverSdk.Contract.Ports;

namespace DriverSdk.Hardware.Bus;

/// <summary>Something that answers I/O ports. Any thread may call; it must not throw.</summary>
internal interface IPortTarget
{
    /// <summary>Reads a port; all ones where nothing is.</summary>
    uint ReadPort(ushort port, AccessWidth width);

    /// <summary>Writes a port.</summary>
    void WritePort(ushort port, uint value, AccessWidth width);
}
