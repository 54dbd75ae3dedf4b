using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Kernel.Pci;

/// <summary>A function with whatever BARs and interrupts a test asks for; its registers echo what was written last.</summary>
internal sealed class PciTestDevice(PciIdentity identity) : PciEndpoint(identity), IMmioTarget
{
    public PciTestDevice(ushort deviceId = 1)
        : this(new PciIdentity(0x1de5, deviceId, PciClassCode.Unassigned))
    {
    }

    public ulong LastOffset { get; private set; }

    public ulong LastValue { get; private set; }

    public PciTestDevice Bar(int index, ulong sizeBytes, BarKind kind)
    {
        DeclareBar(index, this, sizeBytes, kind);
        return this;
    }

    public PciTestDevice Msix(int vectors)
    {
        AddMsix(vectors);
        return this;
    }

    public PciTestDevice Msi(int vectors)
    {
        AddMsi(vectors);
        return this;
    }

    public PciTestDevice Line(InterruptPin pin)
    {
        AddLineInterrupt(pin);
        return this;
    }

    public void Interrupts(int vector = 0) => SendInterrupt(vector);

    public void Quiets() => LowerLine();

    public ulong Read(ulong offset, AccessWidth width)
    {
        LastOffset = offset;
        return LastValue;
    }

    public void Write(ulong offset, ulong value, AccessWidth width) => (LastOffset, LastValue) = (offset, value);

    protected override void Reset() => (LastOffset, LastValue) = (0, 0);
}
