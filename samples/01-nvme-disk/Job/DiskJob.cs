using System.Diagnostics;
using System.Security.Cryptography;
using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Pci;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;
using NvmeDisk.Driver;

namespace NvmeDisk.Job;

/// <summary>The main job: a machine with an NVMe disk behind an IOMMU, a driver that reads all of it, and the comparison with the host.</summary>
internal sealed class DiskJob(DiskJobOptions options)
{
    private static readonly Bdf Slot = new(0, 3, 0);

    /// <summary>A place for tests to spoil something, after the driver is bound and before the disk is read.</summary>
    public Action<Machine, PciDevice, NvmeController>? Interfere { get; init; }

    /// <summary>A place for tests to put a faulty disk behind the controller.</summary>
    public Func<INvmeBackend, INvmeBackend>? Decorate { get; init; }

    /// <summary>Runs the job.</summary>
    /// <exception cref="BadImageException">The file cannot be a disk.</exception>
    public JobResult Run(IJobProgress progress)
    {
        if (options.ImagePath is { } path)
        {
            var image = ImageFile.Check(path, options.BlockBytes);
            using var backend = new FileBackend(image.Path, BackendAccess.ReadOnly, options.BlockBytes);
            return Run(image, backend, progress, fill: null);
        }

        using var own = new OwnImage(options.OwnImageBytes);
        using var ownBackend = new FileBackend(own.File.Path, BackendAccess.ReadWrite, options.BlockBytes);
        return Run(own.File, ownBackend, progress, own.Fill);
    }

    private JobResult Run(ImageFile image, INvmeBackend backend, IJobProgress progress, ChunkSource? fill)
    {
        var model = new NvmeController(Decorate?.Invoke(backend) ?? backend);
        using var machine = new MachineBuilder()
            .WithDeviceProgress(ProgressPolicy.Scheduled)
            .WithSanitizer(new SanitizerOptions { Policy = ViolationPolicy.Count })
            .Attach(model, Slot)
            .Build();
        var driver = new NvmeDriver(new NvmeDriverOptions
        {
            IoQueueCount = options.IoQueueCount,
            IoQueueDepthEntries = options.DepthCommands + 1,
            CommandTimeout = options.CommandTimeout,
        });
        Reading? reading = null;
        string? failure = null;
        machine.Run(kernel =>
        {
            var device = kernel.Pci.Devices.Single(candidate => candidate.Location == Slot);
            var bound = kernel.Pci.RegisterDriver(driver);
            try
            {
                if (device.DriverData is not NvmeHost disk)
                    throw new TransferFailedException($"the controller could not be brought up: {bound}");
                Interfere?.Invoke(machine, device, model);
                reading = Transfer(kernel, disk, progress, fill);
            }
            catch (TransferFailedException exception)
            {
                failure = exception.Message;
            }
            finally
            {
                kernel.Pci.UnregisterDriver(driver);
            }
        });
        return new JobResult(image, reading?.Hash ?? "(not read)", image.HashOnHost(), failure, FiguresOf(machine, model, reading));
    }

    private Reading Transfer(KernelInstance kernel, NvmeHost disk, IJobProgress progress, ChunkSource? fill)
    {
        using var window = new TransferWindow(disk, kernel, options.DepthCommands);
        var totalBytes = (long)disk.BlockCount * disk.BlockBytes;
        if (fill is not null)
        {
            progress.Begin("writing", totalBytes);
            window.WriteAll((offset, bytes) =>
            {
                fill(offset, bytes);
                progress.Advance(bytes.Length);
            });
        }

        progress.Begin("reading", totalBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var clock = Stopwatch.StartNew();
        window.ReadAll((_, bytes) =>
        {
            hash.AppendData(bytes);
            progress.Advance(bytes.Length);
        });
        return new Reading(Convert.ToHexStringLower(hash.GetHashAndReset()), totalBytes, clock.Elapsed);
    }

    private static JobFigures FiguresOf(Machine machine, NvmeController model, Reading? reading)
    {
        var counted = machine.Statistics;
        return new JobFigures
        {
            BytesRead = reading?.Bytes ?? 0,
            ReadTime = reading?.Time ?? TimeSpan.Zero,
            GreatestQueueDepth = model.Statistics.GreatestOutstanding,
            MapCount = counted.MapCount,
            UnmapCount = counted.UnmapCount,
            BytesTranslated = counted.BytesMoved,
            IotlbHits = counted.IotlbHits,
            IotlbMisses = counted.IotlbMisses,
            FaultCount = counted.FaultCount,
            Violations = machine.Sanitizer.Violations,
        };
    }

    private sealed record Reading(string Hash, long Bytes, TimeSpan Time);
}
