using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Deferred;

/// <summary>A kernel thread that runs queued work one piece after the other. Linux: an ordered work queue.</summary>
[AnyContext]
public sealed class Workqueue
{
    /// <summary>Its inner lock guards the list and the state of every item of this queue.</summary>
    private readonly WaitList _idle = new();
    private readonly WaitQueue _progress;
    private readonly KernelScheduler _scheduler;
    private readonly KernelTask _worker;
    private WorkItem? _head;
    private WorkItem? _tail;
    private WorkItem? _running;
    private long _runningSequence;
    private long _sequence;
    private bool _stopping;

    /// <summary>Makes the queue and its kernel thread.</summary>
    /// <param name="scheduler">The machine's scheduler.</param>
    /// <param name="name">Its name, and its thread's.</param>
    /// <param name="cpu">The CPU it works on; null for the one with the fewest tasks.</param>
    public Workqueue(KernelScheduler scheduler, string name, Cpu? cpu = null)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _scheduler = scheduler;
        _progress = new WaitQueue($"progress of work queue {name}");
        _worker = cpu is null ? scheduler.Spawn(name, Work) : scheduler.Spawn(name, cpu, Work);
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Queues work. Linux: <c>queue_work</c>.</summary>
    /// <param name="item">The work; it belongs to this queue from now on.</param>
    /// <returns>False when it was pending already; it will run all the same.</returns>
    /// <exception cref="InvalidOperationException">The queue is being destroyed.</exception>
    public bool Queue(WorkItem item)
    {
        Adopt(item);
        _idle.Enter();
        var queued = item.State == WorkItemState.Idle;
        if (queued)
            Append(item);
        _idle.Exit();
        return queued;
    }

    /// <summary>Queues work when a time is over. Linux: <c>queue_delayed_work</c>.</summary>
    /// <param name="item">The work; it belongs to this queue from now on.</param>
    /// <param name="delay">0 or more.</param>
    /// <returns>False when it was pending already; its time does not change then.</returns>
    /// <exception cref="InvalidOperationException">The queue is being destroyed.</exception>
    public bool QueueDelayed(WorkItem item, TimeSpan delay)
    {
        Adopt(item);
        var due = _scheduler.Clock.DeadlineAfter(delay);
        _idle.Enter();
        var delayed = item.State == WorkItemState.Idle;
        if (delayed)
        {
            item.State = WorkItemState.Delayed;
            _scheduler.Arm(item.Delay, due);
        }

        _idle.Exit();
        return delayed;
    }

    /// <summary>Takes work back that has not begun; a handler that runs goes on. Linux: <c>cancel_work</c>, <c>cancel_delayed_work</c>.</summary>
    /// <param name="item">The work.</param>
    /// <returns>Whether it was pending.</returns>
    public bool Cancel(WorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (!ReferenceEquals(item.Queue, this))
            return false;
        _idle.Enter();
        var state = item.State;
        if (state == WorkItemState.Delayed)
            _scheduler.Cancel(item.Delay);
        else if (state == WorkItemState.Queued)
            Unlink(item);
        item.State = WorkItemState.Idle;
        _idle.Exit();
        if (state != WorkItemState.Idle)
            _progress.WakeAll();
        return state != WorkItemState.Idle;
    }

    /// <summary>Takes work back and waits until its handler does not run. Linux: <c>cancel_work_sync</c>, <c>cancel_delayed_work_sync</c>.</summary>
    /// <param name="item">The work.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Whether it was pending.</returns>
    [MaySleep]
    public bool CancelSync(WorkItem item, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Workqueue.CancelSync", Name, file, line);
        RequireNotWorker(nameof(CancelSync));
        var wasPending = Cancel(item);
        while (ReferenceEquals(Volatile.Read(ref _running), item))
        {
            _progress.Wait(() => !ReferenceEquals(Volatile.Read(ref _running), item), file, line);
            wasPending |= Cancel(item);
        }

        return wasPending;
    }

    /// <summary>Waits until everything queued before has run; work that still waits for its delay does not count. Linux: <c>flush_workqueue</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Flush([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Workqueue.Flush", Name, file, line);
        RequireNotWorker(nameof(Flush));
        var last = Volatile.Read(ref _sequence);
        _progress.Wait(() => HasRunUpTo(last), file, line);
    }

    /// <summary>Runs what is queued, then ends the thread. Work that waits for its delay must be cancelled first. Linux: <c>destroy_workqueue</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Destroy([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Workqueue.Destroy", Name, file, line);
        RequireNotWorker(nameof(Destroy));
        _idle.Enter();
        _stopping = true;
        _idle.WakeAll();
        _idle.Exit();
        _worker.Join(file, line);
    }

    internal void DelayIsOver(WorkItem item)
    {
        _idle.Enter();
        if (item.State == WorkItemState.Delayed)
            Append(item);
        _idle.Exit();
    }

    private void Adopt(WorkItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if (Volatile.Read(ref _stopping))
            throw new InvalidOperationException($"Work '{item.Name}' is queued on work queue '{Name}', which is destroyed. Cancel the sources of work before Destroy.");
        item.BelongTo(this);
    }

    private void Append(WorkItem item)
    {
        item.State = WorkItemState.Queued;
        item.Sequence = ++_sequence;
        item.Next = null;
        if (_tail is null)
            _head = item;
        else
            _tail.Next = item;
        _tail = item;
        _idle.WakeFirst();
    }

    private void Unlink(WorkItem item)
    {
        WorkItem? before = null;
        for (var other = _head; !ReferenceEquals(other, item); other = other!.Next)
            before = other;
        if (before is null)
            _head = item.Next;
        else
            before.Next = item.Next;
        if (ReferenceEquals(_tail, item))
            _tail = before;
        item.Next = null;
    }

    private bool HasRunUpTo(long sequence)
    {
        _idle.Enter();
        var done = (_head is null || _head.Sequence > sequence) && (_running is null || _runningSequence > sequence);
        _idle.Exit();
        return done;
    }

    private void Work()
    {
        // The thread may run before the constructor has kept it.
        var worker = KernelTask.Current;
        while (TryTake(worker, out var item))
        {
            try
            {
                item.Handler();
                _scheduler.RequireNotAtomic(worker);
            }
            catch (Exception exception) when (exception is not TaskKilledException)
            {
                // The thread survives, so that the death of one piece of work does not become a deadlock of whoever flushes.
                worker.Cpu.AtomicState = 0;
                _scheduler.RecordOops($"work '{item.Name}' of work queue '{Name}' on {worker.Cpu}", exception);
            }

            _idle.Enter();
            _running = null;
            _idle.Exit();
            _progress.WakeAll();
        }
    }

    private bool TryTake(KernelTask worker, out WorkItem item)
    {
        _idle.Enter();
        try
        {
            while (_head is null && !_stopping)
                _idle.Wait(worker, $"work for work queue '{Name}'", EventQueue.Never);
            item = _head!;
            if (item is null)
                return false;
            Unlink(item);
            item.State = WorkItemState.Idle;
            _running = item;
            _runningSequence = item.Sequence;
            return true;
        }
        finally
        {
            _idle.Exit();
        }
    }

    private void RequireNotWorker(string member)
    {
        if (ReferenceEquals(KernelTask.Current, _worker))
            throw new InvalidOperationException($"Workqueue.{member} of '{Name}' is called from work of the same queue and would wait for itself. Call it from another task.");
    }
}
