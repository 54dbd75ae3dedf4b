using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The tasks of one CPU that could run. Any thread adds; only the scheduler that runs the CPU takes.</summary>
internal sealed class RunQueue
{
    private RawSpinlock _lock;
    private KernelTask? _head;
    private KernelTask? _tail;
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public void Add(KernelTask task)
    {
        _lock.Enter();
        task.NextInQueue = null;
        if (_tail is null)
            _head = task;
        else
            _tail.NextInQueue = task;
        _tail = task;
        _count++;
        _lock.Exit();
    }

    /// <summary>Takes the task at a position, 0 for the one that has waited longest, and makes it the running one.</summary>
    public bool TryTake(int position, out KernelTask task)
    {
        _lock.Enter();
        KernelTask? before = null;
        var found = _head;
        for (; position > 0 && found is not null; position--)
            (before, found) = (found, found.NextInQueue);

        if (found is not null)
            Unlink(before, found);
        _lock.Exit();

        task = found!;
        return found is not null;
    }

    private void Unlink(KernelTask? before, KernelTask task)
    {
        if (before is null)
            _head = task.NextInQueue;
        else
            before.NextInQueue = task.NextInQueue;
        if (ReferenceEquals(_tail, task))
            _tail = before;
        task.NextInQueue = null;
        _count--;
        Volatile.Write(ref task.State, TaskState.Running);
    }
}
