using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>A device with 8 GiB of prefetchable memory that reads as its own offsets.</summary>
internal sealed class FramebufferDevice : PciEndpoint, IMmioTarget
{
    public FramebufferDevice()
        : base(new PciIdentity(0x1234, 0x1111, PciClassCode.Unassigned)) =>
        DeclareBar(0, this, 8UL << 30, BarKind.Memory64Prefetchable);

    public ulong Read(ulong offset, AccessWidth width) => offset;

    public void Write(ulong offset, ulong value, AccessWidth width)
    {
    }

    protected override void Reset()
    {
    }
}
