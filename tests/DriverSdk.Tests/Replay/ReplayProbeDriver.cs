using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Pci;
using DriverSdk.Replay;

namespace DriverSdk.Tests.Replay;

/// <summary>Switches the recorded probe on.</summary>
internal sealed class ReplayProbeDriver : PciDriver
{
    public override IReadOnlyList<PciId> Ids => [PciId.Device(ReplayProbe.VendorId, ReplayProbe.DeviceId)];

    protected internal override DriverSdk.Kernel.Errno Probe(PciDevice device)
    {
        device.EnableDevice();
        device.SetMaster();
        return device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
    }

    protected internal override void Remove(PciDevice device)
    {
    }
}
