using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace NvmeDisk.Driver;

/// <summary>One controller from probe to remove: its queues, its namespace, and sending commands. Linux: <c>struct nvme_dev</c>.</summary>
internal sealed partial class NvmeHost
{
    private const int AdminDepthEntries = 32;
    private const uint FirstNamespace = 1;
    private const uint FeatureNumberOfQueues = 7;

    private readonly PciDevice _device;
    private readonly NvmeRecovery _recovery;
    private readonly List<KernelBuffer> _abandoned = [];
    private readonly NvmeDriverOptions _options;
    private readonly WaitQueue _settled = new("nvme.settled");
    private readonly Func<bool> _isSettled;
    private ControllerState _state = ControllerState.Starting;
    private MmioRegion _registers;
    private NvmeQueue[] _queues = [];
    private int _strideBytes;
    private TimeSpan _readyTimeout;
    private int _nextQueue;

    public NvmeHost(PciDevice device, NvmeDriverOptions options)
    {
        _device = device;
        _options = options;
        _isSettled = () => State != ControllerState.Resetting;
        _recovery = new NvmeRecovery(this);
    }

    public ControllerState State
    {
        get => _state;
        private set
        {
            _state = value;
            _settled.WakeAll();
        }
    }

    /// <summary>The version register, such as 1.4.</summary>
    public Version Version { get; private set; } = new();

    public int BlockBytes { get; private set; }

    public ulong BlockCount { get; private set; }

    /// <summary>The most bytes one command may move: the controller's limit, and what one list page describes.</summary>
    public ulong MaxTransferBytes { get; private set; } = PrpList.MaxTransferBytes;

    public int IoQueueCount => Math.Max(0, _queues.Length - 1);

    /// <summary>The queues; number 0 is the admin queue.</summary>
    public IReadOnlyList<NvmeQueue> Queues => _queues;

    internal KernelInstance Kernel => _device.Kernel;

    internal NvmeDriverOptions Options => _options;

    internal NvmeRecovery Recovery => _recovery;

    internal bool HasCommandsInFlight => _queues.Any(queue => queue.InFlightCount > 0);

    private NvmeQueue Admin => _queues[0];

    /// <summary>Sends a command; its <see cref="NvmeRequest.Done"/> completes when it has ended.</summary>
    /// <returns>As <see cref="Enqueue"/>.</returns>
    public Errno Submit(NvmeRequest request)
    {
        var enqueued = Enqueue(request);
        Commit();
        return enqueued;
    }

    /// <summary>Puts a command into the next I/O queue in turn; the controller hears of it at the next <see cref="Commit"/>. Waits while the controller is being reset.</summary>
    /// <returns>ENODEV unless the controller is live, EAGAIN when that queue is full, ENOMEM when the data cannot be mapped.</returns>
    public Errno Enqueue(NvmeRequest request)
    {
        if (State == ControllerState.Resetting)
            _settled.Wait(_isSettled);
        var queues = _queues;
        if (State != ControllerState.Live || queues.Length < 2)
            return Errno.NoDevice;
        var queue = queues[1 + (int)((uint)Interlocked.Increment(ref _nextQueue) % (uint)(queues.Length - 1))];
        return queue.Enqueue(request, Kernel.Clock.Now + _options.CommandTimeout);
    }

    /// <summary>Tells the controller of the commands that wait in its I/O queues.</summary>
    public void Commit()
    {
        foreach (var queue in _queues.AsSpan())
        {
            if (queue.Id != 0)
                queue.Ring();
        }

        _recovery.Watch();
    }

    /// <summary>Sends a command on the admin queue and waits for it.</summary>
    /// <returns>EIO for a bad status, ETIMEDOUT when the controller does not answer.</returns>
    internal Errno ExecuteAdmin(NvmeRequest request)
    {
        var enqueued = Admin.Enqueue(request, TimeSpan.MaxValue);
        if (enqueued.IsError)
            return enqueued;
        Admin.Ring();
        if (!request.Done.WaitTimeout(_options.CommandTimeout))
            return Errno.TimedOut;
        return request.Status.IsSuccess ? Errno.Success : Errno.InputOutput;
    }

    internal Errno ExecuteAdmin(in NvmeCommand command, KernelBuffer data = default)
    {
        var request = new NvmeRequest();
        request.Prepare(in command, data, DmaDirection.FromDevice);
        return ExecuteAdmin(request);
    }

    private Errno Identify()
    {
        var page = Kernel.Memory.Kmalloc(4096, Gfp.Kernel | Gfp.Zero);
        if (page.IsNull)
            return Errno.NoMemory;
        try
        {
            var result = ExecuteAdmin(new NvmeCommand { Opcode = NvmeOpcode.AdminIdentify, Dword10 = 1 }, page);
            if (result.IsError)
                return result;
            ReadControllerData(page);
            result = ExecuteAdmin(new NvmeCommand { Opcode = NvmeOpcode.AdminIdentify, NamespaceId = FirstNamespace }, page);
            if (result.IsError)
                return result;
            ReadNamespaceData(page);
            return BlockCount == 0 ? Errno.NoDevice : Errno.Success;
        }
        finally
        {
            // After a time-out the controller may still write the page: it is given back only once the queue is closed.
            if (Admin.InFlightCount == 0)
                Kernel.Memory.Kfree(page);
            else
                _abandoned.Add(page);
        }
    }

    private void ReadControllerData(KernelBuffer page)
    {
        const int maxTransferShift = 77;
        using var view = page.Read();
        var shift = view.Bytes[maxTransferShift];
        if (shift != 0)
            MaxTransferBytes = Math.Min(PrpList.MaxTransferBytes, 4096UL << Math.Min((int)shift, 20));
    }

    private void ReadNamespaceData(KernelBuffer page)
    {
        const int sizeInBlocks = 0, formatInUse = 26, firstFormat = 128, formatBytes = 4, blockShift = 2;
        using var view = page.Read();
        var bytes = view.Bytes;
        var shift = bytes[firstFormat + (formatBytes * (bytes[formatInUse] & 0xf)) + blockShift];
        // A block smaller than a sector or larger than the page the transfers are made of: such a namespace is not used.
        BlockCount = shift is >= 9 and <= 12 ? BitConverter.ToUInt64(bytes[sizeInBlocks..]) : 0;
        BlockBytes = 1 << shift;
    }
}
