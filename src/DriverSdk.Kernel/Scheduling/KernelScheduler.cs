using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>One machine's CPUs, tasks and time. What is common to both ways of running them; the rest stands behind <see cref="IScheduler"/>.</summary>
[AnyContext]
public sealed class KernelScheduler : IDisposable
{
    /// <summary>The greatest number of CPUs a machine may have.</summary>
    public const int MaxCpus = 64;

    private static readonly TimeSpan DisposePatience = TimeSpan.FromSeconds(2);

    /// <summary>How long the init task may go on waiting after another task has died: perhaps for what only that task would have done.</summary>
    private const long OopsGraceNanoseconds = 1_000_000_000;

    private readonly Cpu[] _cpus;
    private readonly Lock _lock = new();
    private readonly List<KernelTask> _tasks = [];
    private readonly List<KernelOopsException> _oopses = [];
    private readonly OopsWatchdog _watchdog;
    private KernelTask? _init;

    private KernelScheduler(int cpuCount, Func<KernelScheduler, IScheduler> seam)
    {
        if (cpuCount is < 1 or > MaxCpus)
            throw new ArgumentOutOfRangeException(nameof(cpuCount), cpuCount, $"A machine has 1 to {MaxCpus} CPUs.");
        _cpus = new Cpu[cpuCount];
        for (var index = 0; index < cpuCount; index++)
            _cpus[index] = new Cpu(this, index);
        _watchdog = new OopsWatchdog(this);
        Seam = seam(this);
        foreach (var cpu in _cpus)
            cpu.Raise(Seam.PermanentAttention);
        Clock = new KernelClock(this);
    }

    /// <summary>The CPUs, by index.</summary>
    public IReadOnlyList<Cpu> Cpus => _cpus;

    /// <summary>The machine's time.</summary>
    public KernelClock Clock { get; }

    internal IScheduler Seam { get; }

    /// <summary>The same CPUs as <see cref="Cpus"/>, for loops that must not allocate an enumerator.</summary>
    internal ReadOnlySpan<Cpu> CpuSpan => _cpus;

    internal IKernelObserver? Observer { get; set; }

    internal IVectorHandler? VectorHandler { get; set; }

    internal ITaskStacks? Stacks { get; set; }

    internal bool IsStopping { get; private set; }

    internal KernelTask? Init => _init;

    /// <summary>Creates a kernel thread and makes it runnable. Also callable outside of Run; it then runs when its CPU is attended. Linux: <c>kthread_run</c>.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="body">What it does, in task context.</param>
    public KernelTask Spawn(string name, [RunsIn(KernelContexts.Task)] Action body) => Spawn(name, LeastLoaded(), body);

    /// <summary>Creates a kernel thread on a CPU and makes it runnable. Linux: <c>kthread_create_on_cpu</c>.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="cpu">The CPU it is bound to; one of <see cref="Cpus"/>.</param>
    /// <param name="body">What it does, in task context.</param>
    public KernelTask Spawn(string name, Cpu cpu, [RunsIn(KernelContexts.Task)] Action body)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(cpu);
        ArgumentNullException.ThrowIfNull(body);
        if (!ReferenceEquals(cpu.Scheduler, this))
            throw new ArgumentException($"{cpu} belongs to another machine; pass one of this scheduler's Cpus.", nameof(cpu));
        ObjectDisposedException.ThrowIf(IsStopping, this);

        var task = new KernelTask(this, name, cpu, body) { State = TaskState.Queued };
        task.Stack = Stacks?.Allocate(name) ?? default;
        lock (_lock)
            _tasks.Add(task);
        Enqueue(task);
        return task;
    }

    /// <summary>A timeline for a device, with a policy of its own.</summary>
    /// <param name="policy">The policy to begin with.</param>
    public DeviceTimeline CreateTimeline(ProgressPolicy policy) => new(this, policy);

    /// <summary>Ends every task by unwinding its stack. The machine must not be inside Run.</summary>
    public void Dispose()
    {
        if (IsStopping)
            return;
        if (_init is not null)
            throw new InvalidOperationException("The machine is disposed of while its Run is active. Let Run return first.");
        IsStopping = true;
        foreach (var cpu in _cpus)
            cpu.Raise(Attention.Stop);
        KernelTask[] tasks;
        lock (_lock)
            tasks = [.. _tasks];
        foreach (var task in tasks)
            task.IsKilled = true;
        Seam.Dispose();
        foreach (var task in tasks)
            task.Kill(DisposePatience);
        foreach (var cpu in _cpus)
            cpu.IdleTask.Kill(DisposePatience);
    }

    /// <summary>A machine whose CPUs run in parallel, in real time.</summary>
    internal static KernelScheduler OnHostThreads(int cpuCount) => new(cpuCount, core => new HostThreadScheduler(core));

    /// <summary>A machine in which one thing happens at a time, in an order that the seed decides, in virtual time.</summary>
    internal static KernelScheduler Deterministic(int cpuCount, int seed) => new(cpuCount, core => new DeterministicScheduler(core, seed));

    /// <summary>Runs the body as the init task on CPU 0, on the caller's thread. Afterwards CPU 0 is unattended until the next Run.</summary>
    /// <exception cref="KernelOopsException">A kernel task died; thrown when the body itself returned.</exception>
    /// <exception cref="KernelDeadlockException">Nothing can run any more; thrown out of the body's own wait.</exception>
    internal void Run(Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        ObjectDisposedException.ThrowIf(IsStopping, this);
        if (Cpu.CurrentOrNull is { } outer)
            throw new InvalidOperationException($"Run is called from kernel task '{outer.CurrentTask!.Name}'. Call the code directly, or spawn a task.");

        var cpu = _cpus[0];
        var init = new KernelTask(this, "init", cpu, null);
        if (Interlocked.CompareExchange(ref _init, init, null) is not null)
            throw new InvalidOperationException("Another host thread is inside Run. Spawn a kernel thread for work beside it.");
        init.Stack = Stacks?.Allocate(init.Name) ?? default;
        cpu.AtomicState = 0;
        Cpu.CurrentOrNull = cpu;
        Seam.Enter(cpu, init);
        try
        {
            body();
            RequireNotAtomic(init);
            InterruptDelivery.Deliver(cpu);
            init.ThrowIfInterrupted();
        }
        finally
        {
            cpu.AtomicState = 0;
            init.MarkDead();
            Cancel(_watchdog);
            Seam.Leave(cpu);
            Cpu.CurrentOrNull = null;
            FreeStack(init);
            _init = null;
        }

        ThrowOopses();
    }

    /// <summary>Gives the CPU up until somebody wakes the current task, which has already said what it waits for.</summary>
    internal void Block(KernelTask task)
    {
        if (IsStopping)
            throw new TaskKilledException();

        // Whoever interrupts the task writes the interruption before it tries to wake; here the wait is announced before the interruption is read.
        Interlocked.MemoryBarrier();
        if (task.Interruption is null || !task.TryCancelBlock())
            Seam.SwitchAway(task.Cpu, task);
        task.ThrowIfInterrupted();
    }

    /// <summary>Lets others run first. Linux: <c>cond_resched</c>, except that it always yields.</summary>
    internal void Yield(KernelTask task)
    {
        Volatile.Write(ref task.State, TaskState.Queued);
        task.Cpu.Queue.Add(task);
        Block(task);
    }

    /// <summary>Makes a blocked task runnable; does nothing for one that is not blocked. Any thread may call.</summary>
    internal void Wake(KernelTask task)
    {
        if (Interlocked.CompareExchange(ref task.State, TaskState.Queued, TaskState.Blocked) == TaskState.Blocked)
            Enqueue(task);
    }

    internal bool Arm(TimedEvent timed, long dueNanoseconds) => Seam.Arm(timed, dueNanoseconds);

    internal bool Cancel(TimedEvent timed) => Seam.Cancel(timed);

    /// <summary>Latches a vector for a CPU. Any thread may call.</summary>
    internal void RaiseVector(Cpu cpu, byte vector)
    {
        cpu.Pending.Set(vector);
        cpu.Raise(Attention.Vector);
        Seam.Kick(cpu);
    }

    /// <summary>Raises a softirq on a CPU. Any thread may call.</summary>
    internal void RaiseSoftirq(Cpu cpu, SoftirqItem item)
    {
        cpu.Softirqs.Add(item);
        cpu.Raise(Attention.Softirq);
        Seam.Kick(cpu);
    }

    /// <summary>A task died of an exception: thrown at the end of Run, or out of the init task's wait when that does not end soon.</summary>
    internal void RecordOops(KernelTask task, Exception exception) => RecordOops($"task '{task.Name}' on {task.Cpu}", exception);

    internal void RecordOops(string where, Exception exception)
    {
        Record(where, exception);
        if (!IsStopping)
            Arm(_watchdog, Seam.NowNanoseconds + OopsGraceNanoseconds);
    }

    /// <summary>An exception where no task can die of it, in a handler on an idle CPU or in a device: the init task's wait ends with it at once.</summary>
    internal void Panic(string where, Exception exception)
    {
        Record(where, exception);
        InterruptInit();
    }

    /// <summary>Ends the init task's wait with the first oops.</summary>
    internal void InterruptInit()
    {
        if (_init is not { } init)
            return;
        lock (_lock)
        {
            if (_oopses.Count == 0)
                return;
            init.Interruption = _oopses[0];
            _oopses.RemoveAt(0);
        }

        Wake(init);
    }

    internal void Exit(KernelTask task)
    {
        task.Cpu.AtomicState = IsStopping ? task.Cpu.AtomicState : 0;
        lock (_lock)
            _tasks.Remove(task);
        FreeStack(task);
        task.MarkDead();
        if (!IsStopping)
            Seam.SwitchAway(task.Cpu, task);
    }

    /// <summary>A task may not end holding a lock or with preemption or interrupts off.</summary>
    internal void RequireNotAtomic(KernelTask task)
    {
        if (task.Cpu.AtomicState == 0 && task.Held.Count == 0)
            return;
        var held = task.Held.Snapshot();
        throw new InvalidOperationException(
            $"Task '{task.Name}' ended with preempt count {task.Cpu.PreemptCount} and interrupts {(task.Cpu.IrqsDisabled ? "off" : "on")}"
            + (held.Length == 0 ? "." : $", holding '{held[^1].Name}' taken at {Path.GetFileName(held[^1].File)}:{held[^1].Line}.")
            + " Release every lock and enable what was disabled before the task ends.");
    }

    internal KernelTask[] LiveTasks()
    {
        lock (_lock)
            return _init is { } init ? [init, .. _tasks] : [.. _tasks];
    }

    private void Enqueue(KernelTask task)
    {
        task.Cpu.Queue.Add(task);
        task.Cpu.Raise(Attention.Reschedule);
        Seam.Kick(task.Cpu);
    }

    /// <summary>The CPU with the fewest tasks, the last of equals: CPU 0 has the init task.</summary>
    private Cpu LeastLoaded()
    {
        lock (_lock)
        {
            var load = new int[_cpus.Length];
            load[0]++;
            foreach (var task in _tasks)
                load[task.Cpu.Index]++;
            return _cpus[Array.LastIndexOf(load, load.Min())];
        }
    }

    private void FreeStack(KernelTask task)
    {
        if (task.Stack.LengthBytes != 0)
            Stacks?.Free(task.Stack);
        task.Stack = default;
    }

    private void Record(string where, Exception exception)
    {
        if (IsStopping)
            return;
        lock (_lock)
            _oopses.Add(new KernelOopsException(where, exception));
    }

    private void ThrowOopses()
    {
        KernelOopsException[] oopses;
        lock (_lock)
        {
            oopses = [.. _oopses];
            _oopses.Clear();
        }

        if (oopses.Length == 1)
            throw oopses[0];
        if (oopses.Length > 1)
            throw new AggregateException("Several kernel tasks died.", oopses);
    }
}
