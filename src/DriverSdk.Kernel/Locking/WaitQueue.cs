using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Tasks that wait until a condition over shared state is true; whoever changes that state wakes them. Linux: <c>wait_queue_head_t</c>.</summary>
[AnyContext]
public sealed class WaitQueue
{
    private readonly WaitList _waiters = new();
    private readonly string _waitsFor;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="name">Its name in reports.</param>
    public WaitQueue(string name = "wait queue")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _waitsFor = $"wait queue '{name}'";
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Whether some task waits. Linux: <c>waitqueue_active</c>, with the same need of a barrier before it.</summary>
    public bool HasWaiters => !_waiters.IsEmpty;

    /// <summary>Lets the task that has waited longest look at its condition again. Linux: <c>wake_up</c>.</summary>
    public void Wake()
    {
        _waiters.Enter();
        _waiters.WakeFirst();
        _waiters.Exit();
    }

    /// <summary>Lets every waiting task look at its condition again. Linux: <c>wake_up_all</c>.</summary>
    public void WakeAll()
    {
        _waiters.Enter();
        _waiters.WakeAll();
        _waiters.Exit();
    }

    /// <summary>Waits until the condition is true. Linux: <c>wait_event</c>.</summary>
    /// <param name="condition">Called in the waiting task; may take spinlocks, must not sleep.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Wait(Func<bool> condition, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(condition);
        MightSleep.Check(SleepingCallKind.Wait, "WaitQueue.Wait", Name, file, line);
        WaitUntil(condition, EventQueue.Never);
    }

    /// <summary>Waits until the condition is true or the time is over. Linux: <c>wait_event_timeout</c>.</summary>
    /// <param name="condition">Called in the waiting task; may take spinlocks, must not sleep.</param>
    /// <param name="timeout">0 or more.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Whether the condition was true in the end.</returns>
    [MaySleep]
    public bool WaitTimeout(Func<bool> condition, TimeSpan timeout, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        ArgumentNullException.ThrowIfNull(condition);
        MightSleep.Check(SleepingCallKind.Wait, "WaitQueue.WaitTimeout", Name, file, line);
        return WaitUntil(condition, Cpu.Current.Scheduler.Clock.DeadlineAfter(timeout));
    }

    /// <summary>Kind and name.</summary>
    public override string ToString() => _waitsFor;

    private bool WaitUntil(Func<bool> condition, long deadlineNanoseconds)
    {
        var task = KernelTask.Current;
        InterruptPoint.Poll(task.Cpu);
        if (condition())
            return true;
        MightSleep.RequireMayBlock(task.Cpu, _waitsFor);
        try
        {
            while (true)
            {
                if (WaitOnce(task, condition, deadlineNanoseconds))
                    return true;
                if (task.Scheduler.Seam.NowNanoseconds >= deadlineNanoseconds)
                    return condition();
            }
        }
        finally
        {
            if (deadlineNanoseconds != EventQueue.Never)
                task.Scheduler.Cancel(task.Timeout);
        }
    }

    /// <summary>Lists the task before it looks once more: a change after that look finds it listed and wakes it.</summary>
    private bool WaitOnce(KernelTask task, Func<bool> condition, long deadlineNanoseconds)
    {
        _waiters.Enter();
        try
        {
            _waiters.Add(task);
            task.PrepareToBlock(_waitsFor, deadlineNanoseconds);
        }
        finally
        {
            _waiters.Exit();
        }

        try
        {
            if (!condition())
            {
                task.Scheduler.Block(task);
                return condition();
            }

            if (!task.TryCancelBlock())
                task.Scheduler.Block(task);
            return true;
        }
        finally
        {
            _waiters.Enter();
            _waiters.Remove(task);
            _waiters.Exit();
        }
    }
}
