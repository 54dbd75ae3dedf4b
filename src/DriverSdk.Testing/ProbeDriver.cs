using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Pci;

namespace DriverSdk.Testing;

/// <summary>Binds to <see cref="DmaProbe"/> and switches it on, so that a test can map memory for it. It maps nothing itself.</summary>
public sealed class ProbeDriver : PciDriver
{
    /// <inheritdoc/>
    public override string Name => "probe";

    /// <inheritdoc/>
    public override IReadOnlyList<PciId> Ids => [PciId.Device(DmaProbe.VendorId, DmaProbe.DeviceId)];

    /// <inheritdoc/>
    protected override Errno Probe(PciDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        var enabled = device.EnableDevice();
        if (enabled.IsError)
            return enabled;
        device.SetMaster();
        return device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
    }

    /// <inheritdoc/>
    protected override void Remove(PciDevice device)
    {
    }
}
