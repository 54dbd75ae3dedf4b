using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Hardware.Pci;

namespace DriverSdk.Replay;

/// <summary>The devices of a recorded machine: made alike for the recording and for the replay.</summary>
internal static class ReplayBoard
{
    private const int DiskBlocks = 2048;

    public static Bdf DiskPlace => new(0, 3, 0);

    public static Bdf ProbePlace => new(0, 4, 0);

    public static (PciFunction Function, Bdf Place)[] MakeFunctions(ReplayProbe probe) =>
        [(new NvmeController(MakeDisk()), DiskPlace), (probe, ProbePlace)];

    public static MemoryBackend MakeDisk()
    {
        var disk = new MemoryBackend(DiskBlocks);
        new Random(1).NextBytes(disk.Bytes);
        return disk;
    }
}
