using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace BugsAndReports.Device;

/// <summary>A device of one function: it fills a buffer with a byte. All a person needs to write a device is on this page.</summary>
internal sealed class FillEngine : PciEndpoint
{
    public const ushort VendorId = 0x1d5d;
    public const ushort DeviceId = 0x0001;

    private static readonly RegisterMap<FillEngine> Map = new RegisterMapBuilder<FillEngine>()
        .Register64(FillRegister.Address, "ADDRESS", r => r.Value(e => e._address, (e, value) => e._address = value))
        .Register32(FillRegister.Length, "LENGTH", r => r.Value(e => e._lengthBytes, (e, value) => e._lengthBytes = (uint)value))
        .Register32(FillRegister.Fill, "FILL", r => r.Value(e => (ulong)e._status, (e, value) => e.Fill((byte)value)))
        .Build();

    private ulong _address;
    private uint _lengthBytes;
    private DmaStatus _status;

    public FillEngine()
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
        DeclareBar(0, Map);
        AddMsi();
    }

    protected override void Reset() => (_address, _lengthBytes, _status) = (0, 0, DmaStatus.Success);

    private void Fill(byte value)
    {
        Span<byte> bytes = stackalloc byte[(int)Math.Min(_lengthBytes, 4096)];
        bytes.Fill(value);
        _status = Dma.Write(new Iova(_address), bytes);
        SendInterrupt();
    }
}
