using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Contract.Ports;
using DriverSdk.Hardware.Dma;
using DriverSdk.Hardware.Mmio;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Tests.Hardware.Pci;

/// <summary>A whole device as an outsider writes it: it sums the bytes of a buffer and interrupts.</summary>
public sealed class ChecksumEngine : PciEndpoint, IDeviceWork
{
    private static readonly RegisterMap<ChecksumEngine> Map = new RegisterMapBuilder<ChecksumEngine>()
        .Register32(0x00, "CTRL", r => r
            .Flag(0, "START", set: (d, on) => d.StartIf(on))
            .Flag(1, "FAULT", FieldAccess.WriteOneToClear, get: d => d._faulted, set: (d, _) => d._faulted = false)
            .Reserved(2..32))
        .Register32(0x04, "LENGTH", r => r.Value(d => d._lengthBytes, (d, v) => d._lengthBytes = (uint)v))
        .Register64(0x08, "SOURCE", r => r.Value(d => d._source, (d, v) => d._source = v))
        .Register64(0x10, "SUM", r => r.Value(d => d._sum))
        .Build();

    private bool _faulted;
    private uint _lengthBytes;
    private ulong _source;
    private ulong _sum;

    public ChecksumEngine()
        : base(new PciIdentity(0x1de5, 0x0001, PciClassCode.Unassigned))
    {
        DeclareBar(0, Map);
        AddMsix(vectorCount: 1);
    }

    public string Name => "checksum";

    public void Run()
    {
        _sum = 0;
        var status = Dma.Transfer(new Iova(_source), _lengthBytes, IommuAccess.Read, ref _sum, static (scoped memory, _, ref sum) =>
        {
            foreach (var value in memory)
                sum += value;
        });
        _faulted = status != DmaStatus.Success;
        SendInterrupt();
    }

    protected override void Reset() => (_faulted, _lengthBytes, _source, _sum) = (false, 0, 0, 0);

    private void StartIf(bool isOn)
    {
        if (isOn)
            Timeline.Post(this);
    }
}
