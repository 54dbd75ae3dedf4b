using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Scenarios;

/// <summary>A device that stamps a buffer as work of its timeline and then interrupts by the kind it was built with.</summary>
internal sealed class StampDevice : PciEndpoint, IDeviceWork
{
    public const ushort VendorId = 0x1de5;
    public const ushort DeviceId = 0x0002;
    public const ulong Address = 0x00;
    public const ulong Start = 0x08;
    public const ulong Status = 0x0c;

    private static readonly RegisterMap<StampDevice> Map = new RegisterMapBuilder<StampDevice>()
        .Register64(0x00, "ADDRESS", r => r.Value(d => d._address, (d, v) => d._address = v))
        .Register32(0x08, "START", r => r.Value(d => (uint)d._vector, (d, v) => d.StartWith((int)v)))
        .Register32(0x0c, "STATUS", r => r.Value(d => d._status, (d, v) => d.Acknowledge()))
        .Build();

    private ulong _address;
    private int _vector;
    private uint _status;

    public StampDevice(InterruptKind kind, int vectors = 1, BarKind bar = BarKind.Memory64)
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
        DeclareBar(0, Map, bar);
        if (kind == InterruptKind.Msix)
            AddMsix(vectors);
        else if (kind == InterruptKind.Msi)
            AddMsi(vectors);
        else
            AddLineInterrupt();
    }

    public static ReadOnlySpan<byte> Mark => "stamped!"u8;

    public string Name => "stamp";

    public DmaStatus LastStatus { get; private set; }

    public void Run()
    {
        LastStatus = Dma.Write(new Iova(_address), Mark);
        _status = 1;
        SendInterrupt(_vector);
    }

    protected override void Reset() => (_address, _vector, _status) = (0, 0, 0);

    private void StartWith(int vector)
    {
        _vector = vector;
        Timeline.Post(this);
    }

    private void Acknowledge()
    {
        _status = 0;
        LowerLine();
    }
}
