using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>A simulated CPU: it runs one task at a time, takes interrupts at defined points, and counts what forbids sleeping.</summary>
/// <remarks>Its state is written only by the host thread that runs it; any thread may latch an interrupt for it.</remarks>
[AnyContext]
public sealed class Cpu
{
    /// <summary>The CPU this host thread runs, or null when it runs none.</summary>
    [ThreadStatic]
    internal static Cpu? CurrentOrNull;

    /// <summary>Bits of <see cref="Scheduling.Attention"/>; zero lets an interrupt point pass at once.</summary>
    internal int Attention;

    /// <summary>Fields of <see cref="Scheduling.AtomicState"/>; zero means that the current task may sleep.</summary>
    internal int AtomicState;

    /// <summary>What runs here: a task, the idle task, or null on a CPU that no host thread attends.</summary>
    internal KernelTask? CurrentTask;

    /// <summary>The task whose host thread runs this CPU; while a blocked task lends its stack to the idle loop it differs from <see cref="CurrentTask"/>.</summary>
    internal KernelTask? Host;

    /// <summary>Whether the CPU is in its idle loop and not in a handler that interrupted it.</summary>
    internal bool InIdleLoop;

    internal Cpu(KernelScheduler scheduler, int index)
    {
        Scheduler = scheduler;
        Index = index;
        IdleTask = new KernelTask(scheduler, $"idle/{index}", this, () => scheduler.Seam.AttendIdle(this));
    }

    /// <summary>The CPU that executes the caller.</summary>
    /// <exception cref="InvalidOperationException">The host thread runs no kernel task.</exception>
    public static Cpu Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => CurrentOrNull ?? throw NoKernelTask();
    }

    /// <summary>The CPU's number, from 0.</summary>
    public int Index { get; }

    /// <summary>The local APIC's id, which interrupt messages name; equal to <see cref="Index"/> on this machine.</summary>
    public uint ApicId => (uint)Index;

    /// <summary>How often preemption is disabled: by <see cref="Locking.Preemption"/> and by every spinlock held. Linux: <c>preempt_count() &amp; PREEMPT_MASK</c>.</summary>
    public int PreemptCount => AtomicState & Scheduling.AtomicState.PreemptMask;

    /// <summary>Whether interrupts are disabled. Linux: <c>irqs_disabled()</c>.</summary>
    public bool IrqsDisabled => (AtomicState & Scheduling.AtomicState.IrqsOff) != 0;

    /// <summary>Whether bottom halves are disabled or running. Linux: <c>in_softirq()</c>.</summary>
    public bool SoftirqsDisabled => (AtomicState & Scheduling.AtomicState.SoftirqMask) != 0;

    /// <summary>Whether the code that runs may not sleep.</summary>
    public bool IsAtomic => AtomicState != 0 || CurrentTask is { IsIdle: true };

    /// <summary>The innermost context that runs: hardirq over softirq over task.</summary>
    public KernelContexts Context =>
        (AtomicState & Scheduling.AtomicState.HardirqMask) != 0 ? KernelContexts.Hardirq
        : (AtomicState & Scheduling.AtomicState.SoftirqServing) != 0 ? KernelContexts.Softirq
        : KernelContexts.Task;

    internal KernelScheduler Scheduler { get; }

    internal KernelTask IdleTask { get; }

    internal PendingVectors Pending { get; } = new();

    internal SoftirqQueue Softirqs { get; } = new();

    internal RunQueue Queue { get; } = new();

    /// <summary>Where the CPU last became atomic, for reports.</summary>
    internal string AtomicSinceFile { get; private set; } = "";

    internal int AtomicSinceLine { get; private set; }

    /// <summary>Whether an interrupt or softirq could run at this moment.</summary>
    internal bool CanDeliver =>
        (AtomicState & (Scheduling.AtomicState.IrqsOff | Scheduling.AtomicState.HardirqMask)) == 0
        && (Pending.Any || ((AtomicState & Scheduling.AtomicState.SoftirqMask) == 0 && Softirqs.Any));

    /// <summary>Whether the current task could be replaced at this moment: it is a real task, it may sleep, and it is not on its way into a wait.</summary>
    internal bool IsPreemptible => AtomicState == 0 && CurrentTask is { IsIdle: false } task && Volatile.Read(ref task.State) == TaskState.Running;

    /// <summary>Its name and number, such as <c>CPU 1</c>.</summary>
    public override string ToString() => $"CPU {Index}";

    /// <summary>Enters a more atomic state and remembers where, when it was not atomic before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void EnterAtomic(int state, string file, int line)
    {
        if (AtomicState == 0)
        {
            AtomicSinceFile = file;
            AtomicSinceLine = line;
        }

        AtomicState = state;
    }

    internal void Raise(int attention) => Interlocked.Or(ref Attention, attention);

    internal void Lower(int attention) => Interlocked.And(ref Attention, ~attention);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static InvalidOperationException NoKernelTask() => new(
        $"The host thread {Environment.CurrentManagedThreadId} runs no kernel task, so there is no current CPU. "
        + "Call kernel members from a driver, from a spawned kernel thread, or inside the machine's Run.");
}
