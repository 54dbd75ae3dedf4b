using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Tasks that wait for one thing, first come first served, and the inner lock that guards them together with that thing's state.</summary>
/// <remarks>Whoever takes a task off the list has decided that its wait is over; a task that wakes up and is still listed was woken for nothing, or by its time limit.</remarks>
internal sealed class WaitList
{
    private RawSpinlock _lock;
    private KernelTask? _head;
    private KernelTask? _tail;

    public bool IsEmpty => Volatile.Read(ref _head) is null;

    public void Enter() => _lock.Enter();

    public void Exit() => _lock.Exit();

    public void Add(KernelTask task)
    {
        if (task.IsWaiting)
            throw new InvalidOperationException($"Task '{task.Name}' waits inside the condition of another wait. A wait's condition must not sleep.");
        task.IsWaiting = true;
        task.NextWaiter = null;
        if (_tail is null)
            Volatile.Write(ref _head, task);
        else
            _tail.NextWaiter = task;
        _tail = task;
    }

    /// <summary>Takes the first task off the list and wakes it.</summary>
    /// <returns>The task, or null when none waits.</returns>
    public KernelTask? WakeFirst()
    {
        if (_head is not { } task)
            return null;
        Remove(task);
        task.Scheduler.Wake(task);
        return task;
    }

    public void WakeAll()
    {
        while (WakeFirst() is not null)
        {
        }
    }

    public void Remove(KernelTask task)
    {
        if (!task.IsWaiting)
            return;
        KernelTask? before = null;
        for (var other = _head; !ReferenceEquals(other, task); other = other!.NextWaiter)
            before = other;
        if (before is null)
            Volatile.Write(ref _head, task.NextWaiter);
        else
            before.NextWaiter = task.NextWaiter;
        if (ReferenceEquals(_tail, task))
            _tail = before;
        task.NextWaiter = null;
        task.IsWaiting = false;
    }

    /// <summary>Adds the current task and blocks it until somebody takes it off the list. The inner lock is held on entry and on return, not in between.</summary>
    /// <param name="task">The current task.</param>
    /// <param name="waitsFor">For reports.</param>
    /// <param name="deadlineNanoseconds">When to give up, or <see cref="EventQueue.Never"/>.</param>
    /// <returns>False when the deadline passed first.</returns>
    public bool Wait(KernelTask task, string waitsFor, long deadlineNanoseconds)
    {
        MightSleep.RequireMayBlock(task.Cpu, waitsFor);
        var scheduler = task.Scheduler;
        Add(task);
        try
        {
            while (true)
            {
                BlockOnce(task, waitsFor, deadlineNanoseconds);
                if (!task.IsWaiting)
                    return true;
                if (scheduler.Seam.NowNanoseconds >= deadlineNanoseconds)
                    return false;
            }
        }
        finally
        {
            Remove(task);
            if (deadlineNanoseconds != EventQueue.Never)
                scheduler.Cancel(task.Timeout);
        }
    }

    private void BlockOnce(KernelTask task, string waitsFor, long deadlineNanoseconds)
    {
        task.PrepareToBlock(waitsFor, deadlineNanoseconds);
        _lock.Exit();
        try
        {
            task.Scheduler.Block(task);
        }
        finally
        {
            _lock.Enter();
        }
    }
}
