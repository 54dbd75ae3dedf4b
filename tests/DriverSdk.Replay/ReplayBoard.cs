using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Replay;

/// <summary>The devices of a recorded machine: made alike for the recording and for the replay.</summary>
internal static class ReplayBoard
{
    public const int DiskBytes = 1 << 20;

    public static Bdf DiskPlace => new(0, 3, 0);

    public static Bdf ProbePlace => new(0, 4, 0);

    public static (PciFunction Function, Bdf Place)[] MakeFunctions(ReplayProbe probe) =>
        [(new NvmeController(new MemoryBackend(DiskContent(), 512)), DiskPlace), (probe, ProbePlace)];

    private static byte[] DiskContent()
    {
        var content = new byte[DiskBytes];
        new Random(1).NextBytes(content);
        return content;
    }
}
