using DriverSdk.Contract.Faults;
using DriverSdk.Contract.Registers;

namespace DriverSdk.Hardware.Iommu;

/// <summary>The fault status register, the fault records, and the fault event. Any thread may call.</summary>
/// <remarks>Source: facts/vtd.md 6.</remarks>
internal sealed class FaultLog
{
    private readonly Lock _lock = new();
    private readonly FaultRecord[] _records;
    private readonly EventInterrupt _event;
    private FaultStatus _status;
    private int _next;

    /// <summary>Makes an empty log.</summary>
    /// <param name="recordCount">Number of fault records.</param>
    /// <param name="port">Where event messages leave the unit.</param>
    public FaultLog(int recordCount, IMessagePort port)
    {
        _records = new FaultRecord[recordCount];
        _event = new EventInterrupt(port);
    }

    /// <summary>FSTS.</summary>
    public FaultStatus Status
    {
        get
        {
            lock (_lock)
                return _status;
        }
    }

    /// <summary>IQE is set. It changes under the unit's command lock only, which whoever asks must hold.</summary>
    public bool HasQueueError => _status.QueueError;

    /// <summary>Records a fault; one that finds no free record is lost, and one of a requester with a pending record is taken as known.</summary>
    public void Record(in FaultRecord fault)
    {
        lock (_lock)
        {
            if (_status.Overflow || HasPendingOf(fault))
                return;
            if (_records[_next].IsPending)
            {
                _status = _status with { Overflow = true };
                return;
            }

            _records[_next] = fault with { IsPending = true };
            if (!_status.Pending)
            {
                var isFirst = !HasReason(_status);
                _status = _status with { Pending = true, FirstRecord = _next };
                if (isFirst)
                    _event.Raise();
            }

            _next = (_next + 1) % _records.Length;
        }
    }

    /// <summary>The invalidation queue stopped: sets IQE and raises the same event.</summary>
    public void ReportQueueError()
    {
        lock (_lock)
        {
            var isFirst = !HasReason(_status);
            _status = _status with { QueueError = true };
            if (isFirst)
                _event.Raise();
        }
    }

    /// <summary>Writes FSTS: ones clear their bits.</summary>
    public void ClearStatus(uint ones)
    {
        lock (_lock)
        {
            _status = new FaultStatus(_status.Value & ~(ones & FaultStatus.WriteOneToClear));
            WithdrawWhenQuiet();
        }
    }

    /// <summary>A half of a fault record; zero beyond the last one.</summary>
    public ulong ReadRecord(int index, RecordHalf half)
    {
        lock (_lock)
        {
            if (index >= _records.Length)
                return 0;
            return half == RecordHalf.Low ? _records[index].Low : _records[index].High;
        }
    }

    /// <summary>Writes the upper half of a record: a one in F gives the record back.</summary>
    public void ClearRecord(int index, ulong ones)
    {
        lock (_lock)
        {
            if (index >= _records.Length || !new FaultRecord(0, ones).IsPending)
                return;
            _records[index] = _records[index] with { IsPending = false };
            _status = _status with { Pending = _records.Any(record => record.IsPending) };
            WithdrawWhenQuiet();
        }
    }

    /// <summary>Reads one of the event's registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    public uint ReadEvent(ulong register)
    {
        lock (_lock)
            return _event.Read(register);
    }

    /// <summary>Writes one of the event's registers.</summary>
    /// <param name="register">Its offset in <see cref="EventRegisters"/>.</param>
    /// <param name="value">The whole register.</param>
    public void WriteEvent(ulong register, uint value)
    {
        lock (_lock)
            _event.Write(register, value);
    }

    private static bool HasReason(FaultStatus status) =>
        status.Overflow || status.Pending || status.QueueError || status.CompletionError || status.CompletionTimeout;

    private bool HasPendingOf(in FaultRecord fault)
    {
        foreach (var record in _records)
        {
            if (record.IsPending && record.Source == fault.Source)
                return true;
        }

        return false;
    }

    private void WithdrawWhenQuiet()
    {
        if (!HasReason(_status))
            _event.Withdraw();
    }
}
