using DriverSdk.Contract.Addressing;
using DriverSdk.Contract.Pci;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Replay;

/// <summary>A device that makes any access, recorded on the way in.</summary>
internal sealed class ReplayProbe : PciEndpoint
{
    public const ushort VendorId = 0x1d5d;
    public const ushort DeviceId = 0x00fd;

    public ReplayProbe()
        : base(new PciIdentity(VendorId, DeviceId, PciClassCode.Unassigned))
    {
    }

    /// <summary>Takes the accesses down, or null while replaying.</summary>
    public Recorder? Recorder { get; set; }

    public ulong Read(Iova start, byte[] destination) =>
        Recorder?.Probe(ReplayEventKind.ProbeRead, start, destination, () => (ulong)Dma.Read(start, destination)) ?? (ulong)Dma.Read(start, destination);

    public ulong Write(Iova start, byte[] source) =>
        Recorder?.Probe(ReplayEventKind.ProbeWrite, start, source, () => (ulong)Dma.Write(start, source)) ?? (ulong)Dma.Write(start, source);

    protected override void Reset()
    {
    }
}
