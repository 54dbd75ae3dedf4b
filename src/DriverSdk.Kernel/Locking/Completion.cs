using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Something that will be done once or several times, and that tasks wait for. Linux: <c>struct completion</c>.</summary>
[AnyContext]
public sealed class Completion
{
    private const uint Always = uint.MaxValue;
    private readonly WaitList _waiters = new();
    private readonly string _waitsFor;
    private uint _done;

    /// <summary>Makes one that nobody has completed.</summary>
    /// <param name="name">Its name in reports.</param>
    public Completion(string name = "completion")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _waitsFor = $"completion '{name}'";
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Whether a wait would return at once. Linux: <c>completion_done</c>.</summary>
    public bool IsDone => Volatile.Read(ref _done) != 0;

    /// <summary>Ends one wait, the oldest or the next. Linux: <c>complete</c>.</summary>
    public void Complete()
    {
        _waiters.Enter();
        if (_waiters.WakeFirst() is null && _done != Always)
            _done++;
        _waiters.Exit();
    }

    /// <summary>Ends every wait, also all future ones until <see cref="Reinitialize"/>. Linux: <c>complete_all</c>.</summary>
    public void CompleteAll()
    {
        _waiters.Enter();
        _done = Always;
        _waiters.WakeAll();
        _waiters.Exit();
    }

    /// <summary>Forgets what was completed. Linux: <c>reinit_completion</c>.</summary>
    public void Reinitialize()
    {
        _waiters.Enter();
        _done = 0;
        _waiters.Exit();
    }

    /// <summary>Takes one completion if there is one. Linux: <c>try_wait_for_completion</c>.</summary>
    /// <returns>Whether there was one.</returns>
    public bool TryWait()
    {
        _waiters.Enter();
        var taken = TryTakeLocked();
        _waiters.Exit();
        return taken;
    }

    /// <summary>Waits until it is completed. Linux: <c>wait_for_completion</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public void Wait([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Completion.Wait", Name, file, line);
        WaitUntil(EventQueue.Never);
    }

    /// <summary>Waits until it is completed or the time is over. Linux: <c>wait_for_completion_timeout</c>.</summary>
    /// <param name="timeout">0 or more.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Whether it was completed in time.</returns>
    [MaySleep]
    public bool WaitTimeout(TimeSpan timeout, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Completion.WaitTimeout", Name, file, line);
        return WaitUntil(Cpu.Current.Scheduler.Clock.DeadlineAfter(timeout));
    }

    /// <summary>Kind and name.</summary>
    public override string ToString() => _waitsFor;

    private bool WaitUntil(long deadlineNanoseconds)
    {
        var cpu = Cpu.Current;
        InterruptPoint.Poll(cpu);
        _waiters.Enter();
        try
        {
            return TryTakeLocked() || _waiters.Wait(cpu.CurrentTask!, _waitsFor, deadlineNanoseconds);
        }
        finally
        {
            _waiters.Exit();
        }
    }

    private bool TryTakeLocked()
    {
        if (_done == 0)
            return false;
        if (_done != Always)
            _done--;
        return true;
    }
}
