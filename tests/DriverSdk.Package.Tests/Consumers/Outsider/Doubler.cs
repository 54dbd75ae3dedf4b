using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace Outsider;

/// <summary>A device: it reads bytes from memory, doubles each, writes them back, and interrupts.</summary>
public sealed class Doubler : PciEndpoint
{
    public const ushort VendorId = 0x1d5d;
    public const ushort DeviceId = 0x00d0;
    public const int AddressRegister = 0x00;
    public const int LengthRegister = 0x08;
    public const int StartRegister = 0x0c;

    private static readonly RegisterMap<Doubler> Map = new RegisterMapBuilder<Doubler>()
        .Register64(AddressRegister, "ADDRESS", r => r.Value(d => d._address, (d, value) => d._address = value))
        .Register32(LengthRegister, "LENGTH", r => r.Value(d => d._lengthBytes, (d, value) => d._lengthBytes = (uint)value))
        .Register32(StartRegister, "START", r => r.Value(d => (ulong)d._status, (d, _) => d.Start()))
        .Build();

    private ulong _address;
    private uint _lengthBytes;
    private DmaStatus _status;

    public Doubler()
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
        DeclareBar(0, Map);
        AddMsix(vectorCount: 1);
    }

    protected override void Reset() => (_address, _lengthBytes, _status) = (0, 0, DmaStatus.Success);

    private void Start()
    {
        var bytes = new byte[_lengthBytes];
        _status = Dma.Read(new Iova(_address), bytes);
        if (_status == DmaStatus.Success)
        {
            for (var index = 0; index < bytes.Length; index++)
                bytes[index] *= 2;
            _status = Dma.Write(new Iova(_address), bytes);
        }

        SendInterrupt();
    }
}
