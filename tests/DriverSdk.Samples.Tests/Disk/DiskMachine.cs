using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;
using NvmeDisk.Driver;
using NvmeDisk.Job;

namespace DriverSdk.Samples.Tests.Disk;

/// <summary>A machine with a small disk of random bytes and the sample's driver, in virtual time.</summary>
internal sealed class DiskMachine : IDisposable
{
    public const int DiskBytes = 1 << 20;
    public const int ChunkBytes = 64 << 10;
    public const int ChunkCount = DiskBytes / ChunkBytes;

    private static readonly Bdf Slot = new(0, 3, 0);

    private readonly NvmeDriver _driver;

    public DiskMachine(int seed, NvmeControllerOptions? controller = null, NvmeDriverOptions? driver = null, ProgressPolicy progress = ProgressPolicy.Scheduled)
    {
        Medium = new MemoryBackend(DiskBytes / 512, BackendAccess.ReadOnly);
        new Random(seed).NextBytes(Medium.Bytes);
        Model = new NvmeController(Medium, (controller ?? new NvmeControllerOptions()) with { MaximumTransferBytes = ChunkBytes });
        _driver = new NvmeDriver((driver ?? new NvmeDriverOptions { IoQueueCount = 1 }) with { CommandTimeout = Timeout });
        Machine = new MachineBuilder()
            .Deterministic(seed)
            .WithDeviceProgress(progress)
            .WithSanitizer(new SanitizerOptions { Policy = ViolationPolicy.Count })
            .Attach(Model, Slot)
            .Build();
    }

    /// <summary>How long the driver waits for a command, in virtual time.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(10);

    public MemoryBackend Medium { get; }

    public NvmeController Model { get; }

    public Machine Machine { get; }

    public KernelInstance Kernel => Machine.Kernel;

    public PciDevice Device => Kernel.Pci.Devices.Single(device => device.Location == Slot);

    public NvmeHost Host => NvmeDriver.HostOf(Device);

    /// <summary>Runs a body between probe and remove, and then demands that the driver has left nothing behind.</summary>
    public void Run(Action body)
    {
        Machine.Run(_ =>
        {
            Assert.AreEqual(Errno.Success, Probe());
            body();
            Remove();
        });
        AssertNothingIsLeft();
    }

    public Errno Probe() => Kernel.Pci.RegisterDriver(_driver);

    public void Remove() => Kernel.Pci.UnregisterDriver(_driver);

    /// <summary>Reads the whole disk with eight commands in flight and demands every byte.</summary>
    public void AssertDiskReadsRight()
    {
        var read = new byte[DiskBytes];
        using (var window = new TransferWindow(Host, Kernel, 8))
            window.ReadAll((offset, bytes) => bytes.CopyTo(read.AsSpan((int)offset)));
        AssertBytes(read, 0);
    }

    /// <summary>Sends reads of the disk's first chunks, one after the other.</summary>
    public NvmeRequest[] SendReads(int count)
    {
        var requests = new NvmeRequest[count];
        for (var i = 0; i < count; i++)
        {
            requests[i] = new NvmeRequest();
            requests[i].Prepare(
                NvmeCommand.Transfer(NvmeOpcode.Read, 1, (ulong)(i * ChunkBytes / 512), ChunkBytes / 512),
                Kernel.Memory.Kmalloc(ChunkBytes, Gfp.Kernel),
                DmaDirection.FromDevice);
            Assert.AreEqual(Errno.Success, Host.Submit(requests[i]));
        }

        return requests;
    }

    /// <summary>Demands what the disk holds of reads that have ended well.</summary>
    public void AssertReadRight(NvmeRequest[] requests)
    {
        for (var i = 0; i < requests.Length; i++)
        {
            Assert.AreEqual(NvmeStatus.Success, requests[i].Status, $"read {i}");
            using var view = requests[i].Data.Read();
            AssertBytes(view.Bytes, i * ChunkBytes);
        }
    }

    public void Free(NvmeRequest[] requests)
    {
        foreach (var request in requests)
            Kernel.Memory.Kfree(request.Data);
    }

    public void AssertNothingIsLeft()
    {
        Assert.AreEqual(0L, Machine.Sanitizer.Count, string.Join('\n', Machine.Sanitizer.Violations));
        Assert.AreEqual(Machine.Statistics.MapCount, Machine.Statistics.UnmapCount);
        Assert.AreEqual(0, Kernel.Memory.Debug!.LiveMappings(Device).Count, "coherent memory is mapped memory too");
    }

    public void Dispose() => Machine.Dispose();

    private void AssertBytes(ReadOnlySpan<byte> read, int offset) =>
        Assert.AreEqual(-1, FirstDifference(read, Medium.Bytes.Slice(offset, read.Length)), $"first wrong byte, counted from {offset}");

    private static int FirstDifference(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var common = left.CommonPrefixLength(right);
        return common == right.Length ? -1 : common;
    }
}
