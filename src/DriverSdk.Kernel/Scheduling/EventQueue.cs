namespace DriverSdk.Kernel.Scheduling;

/// <summary>A machine's future: a heap of armed events, earliest first, equal times in the order of arming. Any thread may call.</summary>
internal sealed class EventQueue
{
    public const long Never = long.MaxValue;
    private readonly Lock _lock = new();
    private TimedEvent[] _heap = new TimedEvent[16];
    private int _count;
    private long _sequence;

    /// <summary>When the earliest event is due, or <see cref="Never"/>.</summary>
    public long NextDue
    {
        get
        {
            lock (_lock)
                return _count == 0 ? Never : _heap[0].DueNanoseconds;
        }
    }

    /// <summary>Arms the event, or moves it when it is armed.</summary>
    /// <returns>Whether it was armed before.</returns>
    public bool Arm(TimedEvent timed, long dueNanoseconds)
    {
        lock (_lock)
        {
            var wasArmed = RemoveLocked(timed);
            timed.DueNanoseconds = dueNanoseconds;
            timed.Sequence = _sequence++;
            if (_count == _heap.Length)
                Array.Resize(ref _heap, _count * 2);
            Place(_count++, timed);
            Rise(timed.HeapIndex);
            return wasArmed;
        }
    }

    /// <summary>Disarms the event.</summary>
    /// <returns>Whether it was armed.</returns>
    public bool Cancel(TimedEvent timed)
    {
        lock (_lock)
            return RemoveLocked(timed);
    }

    /// <summary>Lets everything happen that is due, outside the queue's own lock.</summary>
    public void ExpireDue(long nowNanoseconds)
    {
        while (true)
        {
            TimedEvent due;
            lock (_lock)
            {
                if (_count == 0 || _heap[0].DueNanoseconds > nowNanoseconds)
                    return;
                due = _heap[0];
                RemoveLocked(due);
            }

            due.Expire();
        }
    }

    private static bool Before(TimedEvent left, TimedEvent right) =>
        left.DueNanoseconds != right.DueNanoseconds ? left.DueNanoseconds < right.DueNanoseconds : left.Sequence < right.Sequence;

    private bool RemoveLocked(TimedEvent timed)
    {
        var index = timed.HeapIndex;
        if (index < 0)
            return false;
        timed.HeapIndex = -1;
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (!ReferenceEquals(last, timed))
        {
            Place(index, last);
            Rise(index);
            Sink(last.HeapIndex);
        }

        return true;
    }

    private void Place(int index, TimedEvent timed)
    {
        _heap[index] = timed;
        timed.HeapIndex = index;
    }

    private void Rise(int index)
    {
        var timed = _heap[index];
        for (; index > 0 && Before(timed, _heap[(index - 1) / 2]); index = (index - 1) / 2)
            Place(index, _heap[(index - 1) / 2]);
        Place(index, timed);
    }

    private void Sink(int index)
    {
        var timed = _heap[index];
        while (true)
        {
            var child = (index * 2) + 1;
            if (child + 1 < _count && Before(_heap[child + 1], _heap[child]))
                child++;
            if (child >= _count || !Before(_heap[child], timed))
                break;
            Place(index, _heap[child]);
            index = child;
        }

        Place(index, timed);
    }
}
