using DriverSdk.Devices.Edu;

namespace DriverSdk.Cli.Devices;

/// <summary>QEMU's teaching device by name, with QEMU's key.</summary>
internal static class EduKind
{
    /// <summary>Its row of the registry.</summary>
    public static readonly DeviceKind Row = new DeviceKind<ulong>("edu", "QEMU's teaching device, 1234:11e8: factorial, interrupts, and DMA that ends after 100 ms of virtual time.",
    [
        new("dma_mask", "NUMBER", "0xfffffff", "Address bits of a transfer that reach the bus.", (_, value) => value.Long),
    ],
    EduDevice.DefaultDmaMask, (mask, _) => new EduDevice(mask));
}
