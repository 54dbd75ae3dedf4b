using DriverSdk.Contract.Pci;

namespace DriverSdk.Hardware.Pci;

/// <summary>Function 00:00.0: it only says that there is a host, as software expects to find it.</summary>
internal sealed class HostBridge() : PciEndpoint(new PciIdentity(0x8086, 0x29c0, PciClassCode.HostBridge))
{
    protected override void Reset()
    {
    }
}
