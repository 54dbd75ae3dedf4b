using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Deferred;

/// <summary>A piece of work for a <see cref="Workqueue"/>, kept by its owner and queued again and again. Linux: <c>struct work_struct</c>, <c>struct delayed_work</c>.</summary>
/// <remarks>It belongs to the queue it is first queued on, and never runs twice at once.</remarks>
[AnyContext]
public sealed class WorkItem
{
    internal WorkItem? Next;
    internal long Sequence;
    internal WorkItemState State;
    private Workqueue? _queue;
    private DelayEvent? _delay;

    /// <summary>Makes work that is not queued.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="handler">What it does, in task context; it may sleep, and queue the item again.</param>
    public WorkItem(string name, [RunsIn(KernelContexts.Task)] Action handler)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(handler);
        Name = name;
        Handler = handler;
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Whether it is queued, or waits for its delay, and has not begun. Linux: <c>work_pending</c>.</summary>
    public bool IsPending => State != WorkItemState.Idle;

    internal Action Handler { get; }

    internal TimedEvent Delay => _delay ??= new DelayEvent(this);

    internal Workqueue? Queue => Volatile.Read(ref _queue);

    internal void BelongTo(Workqueue queue)
    {
        if (Interlocked.CompareExchange(ref _queue, queue, null) is { } other && !ReferenceEquals(other, queue))
            throw new ArgumentException($"Work item '{Name}' belongs to work queue '{other.Name}' and cannot be queued on '{queue.Name}'. Make one item for each queue.");
    }

    private sealed class DelayEvent(WorkItem item) : TimedEvent
    {
        public override void Expire() => item.Queue!.DelayIsOver(item);
    }
}
