using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>A device with one of everything, whose insides a test can reach.</summary>
internal sealed class ProbeDevice : PciEndpoint
{
    public const int MsixVectors = 40;
    public const int MsiVectors = 4;

    private static readonly RegisterMap<ProbeDevice> Map = new RegisterMapBuilder<ProbeDevice>()
        .Register32(0x00, "ID", r => r.Constant(0x5eed_0001))
        .Register32(0x04, "SCRATCH", r => r.Value(d => d.Scratch, (d, v) => d.Scratch = (uint)v))
        .Register64(0x08, "WIDE", r => r.Value(d => d.Wide, (d, v) => d.Wide = v))
        .Build();

    public ProbeDevice(InterruptPin pin = InterruptPin.A)
        : base(new PciIdentity(0x1234, 0x5678, PciClassCode.Unassigned) { Revision = 3, SubsystemVendorId = 0xabcd, SubsystemId = 0xef01 })
    {
        DeclareBar(0, Map, BarKind.Memory64);
        DeclareBar(2, Map, BarKind.Memory32, sizeBytes: 0x2000);
        AddLineInterrupt(pin);
        AddMsi(MsiVectors);
        AddMsix(MsixVectors);
    }

    public uint Scratch { get; set; }

    public ulong Wide { get; set; }

    public int Resets { get; private set; }

    public DmaPort Port => Dma;

    public InterruptKind Kind => EnabledInterrupts;

    public void Interrupt(int vector = 0) => SendInterrupt(vector);

    public void Quiet() => LowerLine();

    public DmaStatus WriteMemory(ulong address, params byte[] bytes) => Dma.Write(new Iova(address), bytes);

    protected override void Reset()
    {
        Resets++;
        Scratch = 0;
    }
}
