using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The softirqs raised on one CPU, in the order of raising. Any thread raises; the CPU takes.</summary>
internal sealed class SoftirqQueue
{
    private RawSpinlock _lock;
    private SoftirqItem? _head;
    private SoftirqItem? _tail;

    public bool Any => Volatile.Read(ref _head) is not null;

    public void Add(SoftirqItem item)
    {
        if (Interlocked.Exchange(ref item.IsRaised, 1) != 0)
            return;
        _lock.Enter();
        item.NextRaised = null;
        if (_tail is null)
            Volatile.Write(ref _head, item);
        else
            _tail.NextRaised = item;
        _tail = item;
        _lock.Exit();
    }

    public bool TryTake(out SoftirqItem item)
    {
        _lock.Enter();
        item = _head!;
        if (item is not null)
        {
            Volatile.Write(ref _head, item.NextRaised);
            if (item.NextRaised is null)
                _tail = null;
            item.NextRaised = null;
        }

        _lock.Exit();
        if (item is null)
            return false;
        Volatile.Write(ref item.IsRaised, 0);
        return true;
    }
}
