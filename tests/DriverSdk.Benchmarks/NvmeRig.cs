using DriverSdk.Contract.Addressing;
using DriverSdk.Devices.Nvme;
using DriverSdk.Devices.Nvme.Backends;
using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Scheduling;
using DriverSdk.Machines;
using DriverSdk.Sanitizer;
using NvmeDisk.Driver;

namespace DriverSdk.Benchmarks;

/// <summary>A machine with a disk behind an IOMMU and the sample's driver bound to it, which reads blocks with many commands in flight.</summary>
internal sealed class NvmeRig : IDisposable
{
    private static readonly Bdf Slot = new(0, 3, 0);

    private readonly NvmeRequest[] _requests;
    private readonly KernelBuffer[] _buffers;
    private readonly NvmeDriver _driver;
    private readonly Action<KernelInstance> _readAll;
    private readonly uint _blocksPerCommand;
    private NvmeHost _disk = null!;
    private ulong[] _offsets = [];

    /// <summary>Builds the machine, binds the driver and takes the buffers.</summary>
    public NvmeRig(INvmeBackend backend, NvmeRigOptions options)
    {
        _requests = new NvmeRequest[options.DepthCommands];
        _buffers = new KernelBuffer[options.DepthCommands];
        _readAll = _ => ReadAll();
        _blocksPerCommand = (uint)(options.CommandBytes / backend.BlockBytes);
        _driver = new NvmeDriver(new NvmeDriverOptions { IoQueueDepthEntries = options.DepthCommands + 1 });
        Machine = new MachineBuilder()
            .WithDeviceProgress(ProgressPolicy.Scheduled)
            .WithSanitizer(new SanitizerOptions { Dma = options.Checks })
            .Attach(new NvmeController(backend), Slot)
            .Build();
        Machine.Run(kernel => Bind(kernel, (ulong)options.CommandBytes));
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>The memory that the commands read into, for a floor that reads into the same.</summary>
    /// <param name="slot">Which command's.</param>
    public Span<byte> MemoryOf(int slot)
    {
        using var view = _buffers[slot].Write();
        return view.Bytes;
    }

    /// <summary>Reads one command's bytes from each of these places of the disk, in order, as many at once as there are requests.</summary>
    public void Read(ulong[] offsets)
    {
        _offsets = offsets;
        Machine.Run(_readAll);
    }

    /// <summary>Unbinds the driver and gives the machine back.</summary>
    public void Dispose()
    {
        Machine.Run(kernel =>
        {
            kernel.Pci.UnregisterDriver(_driver);
            foreach (var buffer in _buffers)
                kernel.Memory.Kfree(buffer);
        });
        Machine.Dispose();
    }

    private void Bind(KernelInstance kernel, ulong commandBytes)
    {
        kernel.Pci.RegisterDriver(_driver);
        _disk = NvmeDriver.HostOf(kernel.Pci.Devices.Single(device => device.Location == Slot));
        for (var slot = 0; slot < _requests.Length; slot++)
        {
            _requests[slot] = new NvmeRequest();
            _buffers[slot] = kernel.Memory.Kmalloc(commandBytes, Gfp.Kernel);
        }
    }

    private void ReadAll()
    {
        var sent = 0;
        for (var finished = 0; finished < _offsets.Length; finished++)
        {
            for (; sent < _offsets.Length && sent - finished < _requests.Length; sent++)
                Send(_requests[sent % _requests.Length], _buffers[sent % _requests.Length], _offsets[sent]);
            var request = _requests[finished % _requests.Length];
            request.Done.Wait();
            if (!request.Status.IsSuccess)
                throw new InvalidOperationException($"The read at byte {_offsets[finished]} ended with {request.Status}.");
        }
    }

    private void Send(NvmeRequest request, KernelBuffer buffer, ulong offset)
    {
        var command = NvmeCommand.Transfer(NvmeOpcode.Read, 1, offset / (ulong)_disk.BlockBytes, (int)_blocksPerCommand);
        request.Prepare(in command, buffer, DmaDirection.FromDevice);
        var error = _disk.Submit(request);
        if (error.IsError)
            throw new InvalidOperationException($"The read at byte {offset} could not be sent: {error}.");
    }
}
