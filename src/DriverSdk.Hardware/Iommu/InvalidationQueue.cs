using System.Runtime.InteropServices;
using DriverSdk.Contract.Invalidation;
using DriverSdk.Contract.Memory;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The invalidation queue in RAM, its registers, and the completion event. Writing the tail executes what is queued before the write returns.</summary>
/// <remarks>
/// Callers hold the unit's command lock. Source: facts/vtd.md 1 and 5. That an event is not raised again while IWC is still set, and that a failed status write counts
/// as a failed fetch, is unverified against the specification.
/// </remarks>
/// <param name="memory">Where the queue lies.</param>
/// <param name="executor">What does the invalidations.</param>
/// <param name="interruptEntries">What a descriptor for interrupt entries empties.</param>
/// <param name="faults">Where errors are reported.</param>
/// <param name="port">Where completion messages leave the unit.</param>
internal sealed class InvalidationQueue(
    PhysicalMemory memory, InvalidationExecutor executor, InterruptEntryCache interruptEntries, FaultLog faults, IMessagePort port)
{
    private readonly EventInterrupt _event = new(port);
    private QueueAddress _address;
    private QueuePointer _head;
    private QueuePointer _tail;
    private CompletionStatus _completion;
    private QueueErrorRecord _error;
    private InvalidationType _lastType = InvalidationType.Wait;

    /// <summary>QIE is in effect.</summary>
    public bool IsEnabled { get; private set; }

    /// <summary>Whether RTADDR's latched table mode is one that exists; with another the queue takes nothing (IQEI 7, facts/vtd.md 5).</summary>
    public bool IsTableModeValid { get; set; } = true;

    /// <summary>IQA; a write counts only while the queue is off.</summary>
    public ulong Address
    {
        get => _address.Value;
        set
        {
            if (!IsEnabled)
                _address = WithoutReserved(new QueueAddress(value));
        }
    }

    /// <summary>IQH.</summary>
    public ulong Head => _head.Value;

    /// <summary>IQT; writing it executes the queue.</summary>
    public ulong Tail
    {
        get => _tail.Value;
        set
        {
            _tail = new QueuePointer { Index = new QueuePointer(value).Index };
            if (IsEnabled)
                Run();
        }
    }

    /// <summary>ICS.</summary>
    public uint Completion => _completion.Value;

    /// <summary>IQERCD.</summary>
    public ulong ErrorRecord => _error.Value;

    /// <summary>Switches the queue on, from its first descriptor.</summary>
    public void Enable()
    {
        IsEnabled = true;
        _head = default;
        Run();
    }

    /// <summary>Switches the queue off; refused unless it is drained and its last descriptor was a wait.</summary>
    public bool TryDisable()
    {
        if (_head != _tail || _lastType != InvalidationType.Wait)
            return false;
        IsEnabled = false;
        return true;
    }

    /// <summary>Writes ICS: a one clears IWC.</summary>
    public void ClearCompletion(uint ones)
    {
        if (!new CompletionStatus(ones).WaitCompleted)
            return;
        _completion = default;
        _event.Withdraw();
    }

    /// <summary>Reads one of the completion event's registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    public uint ReadEvent(ulong register) => _event.Read(register);

    /// <summary>Writes one of the completion event's registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    /// <param name="value">The whole register.</param>
    public void WriteEvent(ulong register, uint value) => _event.Write(register, value);

    private void Run()
    {
        if (faults.HasQueueError)
            return;
        var error = CheckQueue();
        while (error == QueueError.None && _head != _tail)
            error = Step();
        executor.Settle();
        if (error != QueueError.None)
            Stop(error);
    }

    private static QueueAddress WithoutReserved(QueueAddress written) =>
        new() { SizeOrder = written.SizeOrder, WideDescriptors = written.WideDescriptors, Queue = written.Queue };

    private QueueError CheckQueue()
    {
        if (_address.WideDescriptors)
            return QueueError.BadWidth;
        if (!IsTableModeValid && _head != _tail)
            return QueueError.BadTableMode;
        return _tail.Index < _address.DescriptorCount ? QueueError.None : QueueError.BadTail;
    }

    private QueueError Step()
    {
        var place = _address.Queue + _head.Value;
        if (!memory.TryReadEntry(place, out var low) || !memory.TryReadEntry(place + sizeof(ulong), out var high))
            return QueueError.FetchFailed;
        var error = Execute(new InvalidationDescriptor(low, high));
        if (error == QueueError.None)
            _head = new QueuePointer { Index = _head.Index + 1 == _address.DescriptorCount ? 0 : _head.Index + 1 };
        return error;
    }

    private QueueError Execute(in InvalidationDescriptor descriptor)
    {
        var error = descriptor.CheckForm();
        if (error != QueueError.None)
            return error;
        _lastType = descriptor.Type;
        switch (descriptor.Type)
        {
            case InvalidationType.ContextCache:
                executor.Execute(descriptor.ToContextInvalidation());
                return QueueError.None;
            case InvalidationType.Iotlb:
                var request = descriptor.ToIotlbInvalidation();
                return executor.Accepts(request) ? ExecuteIotlb(request) : QueueError.ReservedField;
            case InvalidationType.Wait:
                return Complete(descriptor.ToWait());
            case InvalidationType.InterruptEntryCache:
                return ExecuteInterruptEntries(descriptor.ToInterruptEntryInvalidation());
            default:
                // Device TLBs do not exist here: a well-formed request has nothing to do.
                return QueueError.None;
        }
    }

    private QueueError ExecuteIotlb(in IotlbInvalidation request)
    {
        executor.Execute(request);
        return QueueError.None;
    }

    // A mask above MHMV is taken as an address mask above MAMV is.
    private QueueError ExecuteInterruptEntries(in InterruptEntryInvalidation request)
    {
        if (request.Mask > UnitCapabilities.MaxHandleMask)
            return QueueError.ReservedField;
        interruptEntries.Invalidate(request);
        return QueueError.None;
    }

    private QueueError Complete(in InvalidationWait wait)
    {
        executor.Settle();
        if ((wait.Actions & WaitActions.StatusWrite) != 0 && !TryWriteStatus(wait))
            return QueueError.FetchFailed;
        if ((wait.Actions & WaitActions.Interrupt) == 0 || _completion.WaitCompleted)
            return QueueError.None;
        _completion = new CompletionStatus { WaitCompleted = true };
        _event.Raise();
        return QueueError.None;
    }

    // One store of 32 bits with release order: whoever polls it sees everything that the wait orders.
    private bool TryWriteStatus(in InvalidationWait wait)
    {
        if (!memory.Contains(wait.StatusAddress, sizeof(uint)))
            return false;
        Volatile.Write(ref MemoryMarshal.AsRef<uint>(memory.Span(wait.StatusAddress, sizeof(uint))), wait.StatusData);
        return true;
    }

    private void Stop(QueueError error)
    {
        _error = new QueueErrorRecord { Error = error };
        faults.ReportQueueError();
    }
}
