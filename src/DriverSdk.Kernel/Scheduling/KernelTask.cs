using System.Runtime.CompilerServices;
using DriverSdk.Contract.Addressing;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Locking;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>A kernel thread: ordinary synchronous C# on a host thread of its own, bound to one CPU, which runs one task at a time.</summary>
[AnyContext]
public sealed class KernelTask
{
    /// <summary>One of <see cref="TaskState"/>.</summary>
    internal int State;

    internal KernelTask? NextInQueue;
    internal KernelTask? NextWaiter;
    internal bool IsWaiting;
    internal bool IsKilled;

    /// <summary>Thrown out of the task's present or next wait; how a deadlock or a panic reaches the init task.</summary>
    internal Exception? Interruption;

    /// <summary>What the task spins on, and until when it delays; read by the deterministic scheduler to see whether running it is of use.</summary>
    internal ISpinTarget? SpinTarget;
    internal long DelayUntil;

    private const int HostStackBytes = 1 << 20;
    private readonly Action? _body;
    private readonly Completion _exited;
    private readonly HostGate _gate = new();
    private Thread? _thread;
    private TaskTimeout? _timeout;

    internal KernelTask(KernelScheduler scheduler, string name, Cpu cpu, Action? body)
    {
        Scheduler = scheduler;
        Name = name;
        Cpu = cpu;
        _body = body;
        _exited = new Completion($"exit of task {name}");
    }

    /// <summary>The task that runs, in a handler the interrupted one; on an idle CPU its idle task.</summary>
    /// <exception cref="InvalidOperationException">The host thread runs no kernel task.</exception>
    public static KernelTask Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Cpu.Current.CurrentTask!;
    }

    /// <summary>The task's name in reports.</summary>
    public string Name { get; }

    /// <summary>The CPU it is bound to for life.</summary>
    public Cpu Cpu { get; }

    /// <summary>Its kernel stack, a range of kernel virtual addresses that must never be mapped for DMA; empty when the kernel has no stack area.</summary>
    public AddressRange<KernelAddr> Stack { get; internal set; }

    /// <summary>Whether its body has not ended yet.</summary>
    public bool IsAlive => Volatile.Read(ref State) != TaskState.Dead;

    internal KernelScheduler Scheduler { get; }

    internal HeldLocks Held { get; } = new();

    internal bool IsIdle => ReferenceEquals(Cpu.IdleTask, this);

    /// <summary>What the task waits for, such as <c>completion 'probe done'</c>, and the line that waits.</summary>
    internal string WaitsFor { get; private set; } = "";

    internal TaskTimeout Timeout => _timeout ??= new TaskTimeout(this);

    /// <summary>Waits until the task's body has ended. Linux: <c>kthread_stop</c> without the request to stop.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Join([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (ReferenceEquals(Current, this))
            throw new InvalidOperationException($"Task '{Name}' joins itself and would wait for ever. Join a task from another one.");
        _exited.Wait(file, line);
    }

    /// <summary>Name and CPU, such as <c>nvme0-poll (CPU 1)</c>.</summary>
    public override string ToString() => $"{Name} ({Cpu})";

    /// <summary>Says that the task waits from now on: whoever wakes it after this moves it to the run queue.</summary>
    /// <param name="waitsFor">For reports.</param>
    /// <param name="deadlineNanoseconds">When to wake it in any case, or <see cref="EventQueue.Never"/>.</param>
    internal void PrepareToBlock(string waitsFor, long deadlineNanoseconds)
    {
        WaitsFor = waitsFor;
        Volatile.Write(ref State, TaskState.Blocked);

        // Armed only now: a time limit that passed before the task was blocked would wake nobody.
        if (deadlineNanoseconds != EventQueue.Never)
            Scheduler.Arm(Timeout, deadlineNanoseconds);
    }

    /// <summary>Takes <see cref="PrepareToBlock"/> back; false when a wake-up came first, and the task must then pass through the run queue.</summary>
    internal bool TryCancelBlock() => Interlocked.CompareExchange(ref State, TaskState.Running, TaskState.Blocked) == TaskState.Blocked;

    /// <summary>Lets the task's host thread run; the first time it is created.</summary>
    internal void Resume()
    {
        if (_thread is not null || _body is null)
        {
            _gate.Open();
            return;
        }

        _thread = new Thread(Main, HostStackBytes) { IsBackground = true, Name = ToString() };
        _thread.Start();
    }

    /// <summary>Parks the task's host thread until the next <see cref="Resume"/>.</summary>
    internal void Park() => _gate.Wait();

    internal void ThrowIfKilled()
    {
        if (IsKilled)
            throw new TaskKilledException();
    }

    internal void ThrowIfInterrupted()
    {
        ThrowIfKilled();
        if (Interlocked.Exchange(ref Interruption, null) is { } interruption)
            throw interruption;
    }

    /// <summary>Unwinds the task's host thread and waits for it, for a bounded time: code that swallows every exception is left to the host.</summary>
    internal void Kill(TimeSpan patience)
    {
        IsKilled = true;
        if (_thread is null)
            return;
        _gate.Open();
        _thread.Join(patience);
    }

    internal void MarkDead()
    {
        Volatile.Write(ref State, TaskState.Dead);
        _exited.CompleteAll();
    }

    private void Main()
    {
        Cpu.CurrentOrNull = Cpu;
        try
        {
            ThrowIfKilled();
            _body!();
            Scheduler.RequireNotAtomic(this);
        }
        catch (TaskKilledException)
        {
        }
        catch (Exception exception)
        {
            Scheduler.RecordOops(this, exception);
        }

        Scheduler.Exit(this);
    }
}
