using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>A device whose constructor declares a BAR as the test says, beside MSI-X in BAR 4.</summary>
internal sealed class MisdeclaredDevice : PciEndpoint, IMmioTarget
{
    public MisdeclaredDevice(int barIndex, ulong sizeBytes)
        : base(new PciIdentity(0x1234, 0x1111, PciClassCode.Unassigned))
    {
        AddMsix(vectorCount: 1, barIndex: 4);
        DeclareBar(barIndex, this, sizeBytes, BarKind.Memory64);
    }

    public ulong Read(ulong offset, AccessWidth width) => 0;

    public void Write(ulong offset, ulong value, AccessWidth width)
    {
    }

    protected override void Reset()
    {
    }
}
