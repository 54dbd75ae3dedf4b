using BugsAndReports.Device;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Pci;

namespace BugsAndReports.Bugs;

/// <summary>What the buggy drivers have in common: they bind to the fill engine and bring it up.</summary>
internal abstract class FillDriver : PciDriver
{
    /// <summary>What the device fills buffers with.</summary>
    protected const byte Filling = 0xa5;

    public override IReadOnlyList<PciId> Ids => [PciId.Device(FillEngine.VendorId, FillEngine.DeviceId)];

    /// <summary>What the bug did to others, as far as the driver itself can see it.</summary>
    public virtual IReadOnlyList<string> Harm => [];

    protected sealed override Errno Probe(PciDevice device)
    {
        var enabled = device.EnableDevice();
        if (enabled.IsError)
            return enabled;
        device.SetMaster();
        var masked = device.Dma.SetMaskAndCoherent(DmaMask.Bits(64));
        if (masked.IsError)
            return masked;
        if (!device.TryMapBar(0, out var registers))
            return Errno.NoDevice;
        return Misbehave(device, registers);
    }

    protected override void Remove(PciDevice device)
    {
    }

    /// <summary>The bug.</summary>
    protected abstract Errno Misbehave(PciDevice device, MmioRegion registers);

    /// <summary>Has the device fill a mapping, the way a correct driver does.</summary>
    protected static void Start(MmioRegion registers, DmaHandle mapping, uint lengthBytes)
    {
        registers.Write64(FillRegister.Address, mapping.Iova.Value);
        registers.Write32(FillRegister.Length, lengthBytes);
        registers.Write32(FillRegister.Fill, Filling);
    }
}
