using DriverSdk.Kernel;
using DriverSdk.Kernel.Dma;
using DriverSdk.Kernel.Interrupts;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Memory;
using DriverSdk.Kernel.Pci;

namespace NvmeDisk.Driver;

/// <summary>A submission and a completion queue in coherent memory, the commands on their way through them, and their interrupt.</summary>
/// <remarks>The spinlock guards the rings and the tags; it is taken in the interrupt handler, so everybody else takes it with interrupts off.</remarks>
internal sealed class NvmeQueue
{
    private readonly PciDevice _device;
    private readonly MmioRegion _registers;
    private readonly Spinlock _lock;
    private readonly NvmeRequest?[] _inFlight;
    private readonly ushort[] _freeTags;
    private readonly ulong _tailDoorbell;
    private readonly ulong _headDoorbell;
    private CoherentBuffer _submissions;
    private CoherentBuffer _completions;
    private CoherentBuffer _prpLists;
    private IrqRegistration? _interrupt;
    private int _freeTagCount;
    private int _tail;
    private int _rungTail;
    private int _head;
    private uint _phase;
    private bool _live;

    public NvmeQueue(PciDevice device, MmioRegion registers, int id, int depthEntries, int doorbellStrideBytes)
    {
        // A device with one vector only has it for all its queues.
        Vector = Math.Min(id, device.IrqVectorCount - 1);
        _device = device;
        _registers = registers;
        Id = id;
        DepthEntries = depthEntries;
        _lock = new Spinlock($"nvme.queue{id}");
        _inFlight = new NvmeRequest?[depthEntries];
        _freeTags = new ushort[depthEntries - 1];
        FreeAllTags();
        _tailDoorbell = NvmeRegister.Doorbell(id, QueueSide.SubmissionTail, doorbellStrideBytes);
        _headDoorbell = NvmeRegister.Doorbell(id, QueueSide.CompletionHead, doorbellStrideBytes);
    }

    /// <summary>0 for the admin queue, 1 up for I/O queues.</summary>
    public int Id { get; }

    public int DepthEntries { get; }

    /// <summary>Which of the function's interrupts tells of completions.</summary>
    public int Vector { get; }

    public ulong SubmissionIova => _submissions.Iova.Value;

    public ulong CompletionIova => _completions.Iova.Value;

    /// <summary>Commands sent and not yet ended.</summary>
    public int InFlightCount => _freeTags.Length - _freeTagCount;

    /// <summary>Completions that named no command of ours; a healthy controller sends none.</summary>
    public int StrayCompletionCount { get; private set; }

    /// <summary>Takes the queue's memory.</summary>
    public Errno Allocate()
    {
        var depth = (ulong)DepthEntries;
        if (_device.Dma.TryAllocCoherent(depth * NvmeCommand.SizeBytes, Gfp.Kernel, out _submissions)
            && _device.Dma.TryAllocCoherent(depth * NvmeCompletion.SizeBytes, Gfp.Kernel, out _completions)
            && _device.Dma.TryAllocCoherent(depth * PrpList.BytesPerCommand, Gfp.Kernel, out _prpLists))
            return Errno.Success;
        Free();
        return Errno.NoMemory;
    }

    /// <summary>Has the queue's vector run <see cref="HandleInterrupt"/>.</summary>
    public Errno ConnectInterrupt()
    {
        var (interrupts, irq, name) = (_device.Kernel.Interrupts, _device.IrqVector(Vector), $"nvme.queue{Id}");
        return _device.IrqVectorCount == 1
            ? interrupts.RequestSharedIrq(irq, name, _ => HandleInterrupt(), out _interrupt)
            : interrupts.RequestIrq(irq, name, _ => HandleInterrupt(), out _interrupt);
    }

    /// <summary>Gives the queue's interrupt and memory back; the controller must have forgotten the queue.</summary>
    public void Free()
    {
        if (_interrupt is not null)
            _device.Kernel.Interrupts.FreeIrq(_interrupt);
        _interrupt = null;
        foreach (var memory in (ReadOnlySpan<CoherentBuffer>)[_submissions, _completions, _prpLists])
        {
            if (!memory.IsNull)
                _device.Dma.FreeCoherent(memory);
        }

        _submissions = default;
        _completions = default;
        _prpLists = default;
    }

    /// <summary>Empties the rings and opens the queue for commands, at first and after each reset of the controller.</summary>
    public void Start()
    {
        using (_lock.HoldIrqSave())
        {
            _completions.Memory.Clear();
            _tail = 0;
            _rungTail = 0;
            _head = 0;
            _phase = 1;
            _live = true;
        }
    }

    /// <summary>Maps the request's data and writes its command into the ring; the controller hears of it at the next <see cref="Ring"/>.</summary>
    /// <param name="request">Prepared, and not in flight.</param>
    /// <param name="deadline">Kernel time by which it should have ended.</param>
    /// <returns>EAGAIN when all tags are taken, ENODEV when the queue is closed, ENOMEM when the data cannot be mapped.</returns>
    public Errno Enqueue(NvmeRequest request, TimeSpan deadline)
    {
        var mapping = default(DmaHandle);
        if (!request.Data.IsNull)
        {
            mapping = DmaRaw.MapSingle(_device, request.Data.Address, request.Data.LengthBytes, request.Direction);
            if (DmaRaw.MappingError(_device, mapping))
                return Errno.NoMemory;
        }

        var refused = Push(request, mapping, deadline);
        if (refused.IsError && !request.Data.IsNull)
            DmaRaw.UnmapSingle(_device, mapping, request.Data.LengthBytes, request.Direction);
        return refused;
    }

    /// <summary>Tells the controller of every command in the ring that it has not heard of. Several commands share one register write so.</summary>
    public void Ring()
    {
        using (_lock.HoldIrqSave())
        {
            if (!_live || _rungTail == _tail)
                return;
            _rungTail = _tail;
            // The register write is ordered after the ring's bytes: the controller sees whole commands.
            _registers.Write32(_tailDoorbell, (uint)_tail);
        }
    }

    /// <summary>Reads every completion that has arrived; the queue's interrupt handler.</summary>
    private IrqReturn HandleInterrupt()
    {
        using (_lock.HoldIrqSave())
        {
            if (!_live || !TryReadCompletion(out var completion))
                return IrqReturn.None;
            do
                Finish(completion);
            while (TryReadCompletion(out completion));
            _registers.Write32(_headDoorbell, (uint)_head);
            return IrqReturn.Handled;
        }
    }

    /// <summary>Closes the queue and takes every command out of it that has not ended; the controller must be disabled or cut off from memory.</summary>
    /// <param name="unfinished">Gets the commands, unmapped but not completed.</param>
    public void Close(List<NvmeRequest> unfinished)
    {
        using (_lock.HoldIrqSave())
        {
            _live = false;
            foreach (var request in _inFlight)
            {
                if (request is null)
                    continue;
                Unmap(request);
                _inFlight[request.Tag] = null;
                request.Tag = -1;
                unfinished.Add(request);
            }

            FreeAllTags();
        }
    }

    /// <summary>The first command whose deadline has passed, or null.</summary>
    public NvmeRequest? FindOverdue(TimeSpan now)
    {
        using (_lock.HoldIrqSave())
        {
            foreach (var request in _inFlight)
            {
                if (request is not null && request.Deadline <= now)
                    return request;
            }

            return null;
        }
    }

    /// <summary>Gives an overdue command, about to be aborted, more time.</summary>
    /// <returns>Its tag, or -1 when it has ended meanwhile.</returns>
    public int MarkAborted(NvmeRequest request, TimeSpan now, TimeSpan deadline)
    {
        using (_lock.HoldIrqSave())
        {
            // Its sender may have used the request again meanwhile, in this queue or another.
            var tag = request.Tag;
            if ((uint)tag >= (uint)_inFlight.Length || !ReferenceEquals(_inFlight[tag], request) || request.Deadline > now)
                return -1;
            request.AbortSent = true;
            request.Deadline = deadline;
            return tag;
        }
    }

    private Errno Push(NvmeRequest request, DmaHandle mapping, TimeSpan deadline)
    {
        using (_lock.HoldIrqSave())
        {
            if (!_live)
                return Errno.NoDevice;
            if (_freeTagCount == 0)
                return Errno.TryAgain;

            var tag = _freeTags[--_freeTagCount];
            request.Tag = tag;
            request.Mapping = mapping;
            request.Deadline = deadline;
            request.Command.CommandId = tag;
            if (!request.Data.IsNull)
            {
                var list = tag * PrpList.BytesPerCommand;
                PrpList.Describe(ref request.Command, mapping.Iova, request.Data.LengthBytes, _prpLists.Memory, list, _prpLists.Iova + list);
            }

            _inFlight[tag] = request;
            _submissions.Memory.CopyFrom(NvmeCommand.Bytes(in request.Command), (ulong)_tail * NvmeCommand.SizeBytes);
            _tail = _tail + 1 == DepthEntries ? 0 : _tail + 1;
            return Errno.Success;
        }
    }

    private bool TryReadCompletion(out NvmeCompletion completion)
    {
        var entry = (ulong)_head * NvmeCompletion.SizeBytes;
        var memory = _completions.Memory;
        var last = memory.Read32(entry + 12);
        if (((last >> 16) & 1) != _phase)
        {
            completion = default;
            return false;
        }

        // The phase was read with acquire order, so what follows belongs to the same entry.
        completion = new NvmeCompletion(memory.Read32(entry), memory.Read16(entry + 8), (ushort)last, new NvmeStatus((ushort)(last >> 17)));
        _head++;
        if (_head == DepthEntries)
        {
            _head = 0;
            _phase ^= 1;
        }

        return true;
    }

    private void Finish(in NvmeCompletion completion)
    {
        if (completion.CommandId >= _inFlight.Length || _inFlight[completion.CommandId] is not { } request)
        {
            StrayCompletionCount++;
            return;
        }

        Unmap(request);
        _inFlight[completion.CommandId] = null;
        _freeTags[_freeTagCount++] = completion.CommandId;
        request.Tag = -1;
        request.Status = completion.Status;
        request.Result = completion.Result;
        request.Done.Complete();
    }

    private void FreeAllTags()
    {
        _freeTagCount = 0;
        for (var tag = _freeTags.Length - 1; tag >= 0; tag--)
            _freeTags[_freeTagCount++] = (ushort)tag;
    }

    private void Unmap(NvmeRequest request)
    {
        if (!request.Data.IsNull)
            DmaRaw.UnmapSingle(_device, request.Mapping, request.Data.LengthBytes, request.Direction);
    }
}
