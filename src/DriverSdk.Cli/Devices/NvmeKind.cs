using System.Numerics;
using DriverSdk.Cli.Options;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;

namespace DriverSdk.Cli.Devices;

/// <summary>The NVMe controller by name; keys that QEMU's nvme device has too have its names.</summary>
internal static class NvmeKind
{
    private const int PageBytes = 4096;

    /// <summary>Its row of the registry.</summary>
    public static readonly DeviceKind Row = new DeviceKind<NvmeSetup>("nvme", "An NVMe controller with one namespace, in memory or in a file.",
    [
        new("serial", "TEXT", "DRIVERSDK0001", "Serial number, at most 20 characters.", (setup, value) => setup with { Controller = setup.Controller with { SerialNumber = value.Text } }),
        new("max_ioqpairs", "1..255", "16", "I/O queue pairs.", (setup, value) => setup with { Controller = setup.Controller with { IoQueuePairs = value.Number } }),
        new("msix_qsize", "1..256", "17", "MSI-X vectors.", (setup, value) => setup with { Controller = setup.Controller with { InterruptVectors = value.Number } }),
        new("mdts", "0..12", "8", "Greatest transfer of one command, as a power of two of 4 KiB pages.", (setup, value) => setup with { Controller = setup.Controller with { MaximumTransferBytes = TransferBytes(value) } }),
        new("logical_block_size", "512|4096", "512", "Bytes of a block.", (setup, value) => setup with { BlockBytes = value.Number }),
        new("size", "SIZE", "64M", "Size of a namespace in memory; K, M and G are understood.", (setup, value) => setup with { SizeBytes = value.Size }),
        new("file", "PATH", "(memory)", "A file that holds the namespace.", (setup, value) => setup with { File = value.Text }),
        new("readonly", "on|off", "off", "Refuses writes.", (setup, value) => setup with { Access = value.Switch ? BackendAccess.ReadOnly : BackendAccess.ReadWrite }),
    ],
    new NvmeSetup(), Make);

    private static NvmeController Make(NvmeSetup setup, ICollection<IDisposable> owned)
    {
        if (setup.File is { } path)
        {
            var file = new FileBackend(path, setup.Access, setup.BlockBytes);
            owned.Add(file);
            return new NvmeController(file, setup.Controller);
        }

        var blocks = setup.BlockBytes == 0 ? 0 : setup.SizeBytes / (ulong)setup.BlockBytes;
        if (blocks is 0 or > int.MaxValue || blocks * (ulong)setup.BlockBytes > (ulong)Array.MaxLength)
            throw new UsageException($"--device nvme has size={setup.SizeBytes}; give at least one block and less than 2G, or a file.");
        return new NvmeController(new MemoryBackend((int)blocks, setup.Access, setup.BlockBytes), setup.Controller);
    }

    private static int TransferBytes(OptionValue value) =>
        value.Number <= BitOperations.Log2((16 << 20) / PageBytes) ? PageBytes << value.Number : throw value.Refusal;
}
