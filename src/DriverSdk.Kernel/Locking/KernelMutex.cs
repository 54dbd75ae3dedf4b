using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>A lock that sleeps: its holder may sleep, and so may whoever wants it. Task context only. Linux: <c>struct mutex</c>.</summary>
/// <remarks>An unlock hands it to the task that has waited longest.</remarks>
[MaySleep]
public sealed class KernelMutex
{
    private readonly WaitList _waiters = new();
    private readonly LockRank _rank;
    private readonly string _waitsFor;
    private KernelTask? _owner;

    /// <summary>Makes a free mutex.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="rank">Its place in <see cref="LockRanks"/>, or the default for none.</param>
    [AnyContext]
    public KernelMutex(string name, LockRank rank = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _rank = rank;
        _waitsFor = $"mutex '{name}'";
    }

    /// <summary>Its name in reports.</summary>
    [AnyContext]
    public string Name { get; }

    /// <summary>Whether some task holds it.</summary>
    [AnyContext]
    public bool IsHeld => Volatile.Read(ref _owner) is not null;

    /// <summary>Takes the mutex until the guard is disposed. Linux: <c>guard(mutex)</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public KernelMutexGuard Hold([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Lock(file, line);
        return new KernelMutexGuard(this);
    }

    /// <summary>Takes the mutex. Linux: <c>mutex_lock</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The task holds it already, or the order of <see cref="LockRanks"/> is broken.</exception>
    [AcquiresLock]
    public void Lock([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Mutex, "KernelMutex.Lock", Name, file, line);
        var task = KernelTask.Current;
        if (ReferenceEquals(_owner, task))
            throw new InvalidOperationException($"Mutex '{Name}' is taken by task '{task.Name}', which holds it already and would wait for itself. Release it first.");
        if (_rank.IsRanked)
            task.Held.RequireOrder(Name, _rank);

        InterruptPoint.Poll(task.Cpu);
        _waiters.Enter();
        try
        {
            if (_owner is null)
                _owner = task;
            else
                WaitForHandOver(task);
        }
        finally
        {
            _waiters.Exit();
        }

        task.Held.Push(this, Name, _rank, file, line);
    }

    /// <summary>Takes the mutex if it is free. Linux: <c>mutex_trylock</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Whether the caller holds it now.</returns>
    [RunsIn(KernelContexts.Task)]
    [AcquiresLock]
    public bool TryLock([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var task = KernelTask.Current;
        RequireTaskContext(task, "TryLock");
        _waiters.Enter();
        var taken = _owner is null;
        if (taken)
            _owner = task;
        _waiters.Exit();
        if (taken)
            task.Held.Push(this, Name, _rank, file, line);
        return taken;
    }

    /// <summary>Releases the mutex. Linux: <c>mutex_unlock</c>.</summary>
    /// <exception cref="InvalidOperationException">The task does not hold it.</exception>
    [RunsIn(KernelContexts.Task)]
    [ReleasesLock]
    public void Unlock()
    {
        var task = KernelTask.Current;
        RequireTaskContext(task, "Unlock");
        if (!ReferenceEquals(_owner, task))
        {
            throw new InvalidOperationException(
                $"Mutex '{Name}' is unlocked by task '{task.Name}', which does not hold it ({(_owner is { } owner ? $"task '{owner.Name}' does" : "it is free")}). "
                + "A mutex is released once, by the task that took it.");
        }

        task.Held.Remove(this);
        _waiters.Enter();
        _owner = _waiters.WakeFirst();
        _waiters.Exit();
        InterruptPoint.Poll(task.Cpu);
    }

    /// <summary>Kind and name.</summary>
    [AnyContext]
    public override string ToString() => _waitsFor;

    /// <summary>A wait that ends with an exception may have been given the mutex at the same moment; then it is passed on.</summary>
    private void WaitForHandOver(KernelTask task)
    {
        try
        {
            _waiters.Wait(task, _owner is { } owner ? $"{_waitsFor} held by task '{owner.Name}'" : _waitsFor, EventQueue.Never);
        }
        catch when (ReferenceEquals(_owner, task))
        {
            _owner = _waiters.WakeFirst();
            throw;
        }
    }

    private void RequireTaskContext(KernelTask task, string member)
    {
        if (task.Cpu.Context != KernelContexts.Task)
            throw new InvalidOperationException($"KernelMutex.{member} of '{Name}' is called in {task.Cpu.Context} context. A mutex belongs to a task; use a Spinlock.");
    }
}
