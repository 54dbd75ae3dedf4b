using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>A lock that spins: its holder has preemption off and must not sleep. Linux: <c>spinlock_t</c> without PREEMPT_RT.</summary>
/// <remarks>
/// A lock that an interrupt handler takes must be taken with <see cref="HoldIrqSave"/> everywhere else, one that a softirq takes with <see cref="HoldBh"/>;
/// otherwise the handler meets the lock held by its own CPU, which throws here and hangs on a real machine.
/// </remarks>
[AnyContext]
[AtomicScope]
public sealed class Spinlock : ISpinTarget
{
    private readonly LockRank _rank;

    /// <summary>Index of the holding CPU plus one, or zero.</summary>
    private int _owner;
    private string _file = "";
    private int _line;

    /// <summary>Makes a free lock.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="rank">Its place in <see cref="LockRanks"/>, or the default for none.</param>
    public Spinlock(string name, LockRank rank = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        _rank = rank;
    }

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>Whether some CPU holds it.</summary>
    public bool IsHeld => Volatile.Read(ref _owner) != 0;

    /// <summary>Whether the caller's CPU holds it. Linux: <c>lockdep_is_held</c>.</summary>
    public bool IsHeldByThisCpu => Volatile.Read(ref _owner) == Cpu.Current.Index + 1;

    bool ISpinTarget.IsBusy => IsHeld;

    /// <summary>Takes the lock until the guard is disposed. Linux: <c>guard(spinlock)</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public SpinlockGuard Hold([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Lock(file, line);
        return new SpinlockGuard(this);
    }

    /// <summary>Disables interrupts and takes the lock until the guard is disposed. Linux: <c>guard(spinlock_irqsave)</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public SpinlockIrqGuard HoldIrqSave([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        LockIrqSave(out var flags, file, line);
        return new SpinlockIrqGuard(this, flags);
    }

    /// <summary>Disables bottom halves and takes the lock until the guard is disposed. Linux: <c>spin_lock_bh</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public SpinlockBhGuard HoldBh([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        LockBh(file, line);
        return new SpinlockBhGuard(this);
    }

    /// <summary>Takes the lock; interrupts stay as they are. Linux: <c>spin_lock</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The caller's CPU holds it already, or the order of <see cref="LockRanks"/> is broken.</exception>
    [AcquiresLock]
    public void Lock([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        Enter(cpu, AtomicState.PreemptOne, 0, file, line);
    }

    /// <summary>Takes the lock if it is free. Linux: <c>spin_trylock</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Whether the caller holds it now.</returns>
    [AcquiresLock]
    public bool TryLock([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        if (Interlocked.CompareExchange(ref _owner, cpu.Index + 1, 0) != 0)
            return false;
        cpu.EnterAtomic(cpu.AtomicState + AtomicState.PreemptOne, file, line);
        Remember(cpu, file, line);
        return true;
    }

    /// <summary>Releases the lock; an interrupt point. Linux: <c>spin_unlock</c>.</summary>
    /// <exception cref="InvalidOperationException">The caller's CPU does not hold it.</exception>
    [ReleasesLock]
    public void Unlock()
    {
        var cpu = Cpu.Current;
        Release(cpu);
        cpu.AtomicState -= AtomicState.PreemptOne;
        InterruptPoint.Poll(cpu);
    }

    /// <summary>Saves the interrupt state, disables interrupts and takes the lock. Linux: <c>spin_lock_irqsave</c>.</summary>
    /// <param name="flags">To be given to <see cref="UnlockIrqRestore"/>.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The caller's CPU holds it already, or the order of <see cref="LockRanks"/> is broken.</exception>
    [AcquiresLock]
    public void LockIrqSave(out IrqFlags flags, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        flags = new IrqFlags(cpu.AtomicState & AtomicState.IrqsOff);
        Enter(cpu, AtomicState.PreemptOne, AtomicState.IrqsOff, file, line);
    }

    /// <summary>Releases the lock and restores the interrupt state; interrupts that were held back arrive before it returns. Linux: <c>spin_unlock_irqrestore</c>.</summary>
    /// <param name="flags">What <see cref="LockIrqSave"/> saved.</param>
    /// <exception cref="InvalidOperationException">The caller's CPU does not hold it.</exception>
    [ReleasesLock]
    public void UnlockIrqRestore(IrqFlags flags)
    {
        var cpu = Cpu.Current;
        Release(cpu);
        cpu.AtomicState = ((cpu.AtomicState - AtomicState.PreemptOne) & ~AtomicState.IrqsOff) | flags.State;
        InterruptPoint.Enabled(cpu);
    }

    /// <summary>Disables bottom halves and takes the lock. Linux: <c>spin_lock_bh</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <exception cref="InvalidOperationException">The caller's CPU holds it already, or the order of <see cref="LockRanks"/> is broken.</exception>
    [AcquiresLock]
    public void LockBh([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        Enter(cpu, AtomicState.PreemptOne + AtomicState.SoftirqDisabled, 0, file, line);
    }

    /// <summary>Releases the lock and enables bottom halves; softirqs that were held back run before it returns. Linux: <c>spin_unlock_bh</c>.</summary>
    /// <exception cref="InvalidOperationException">The caller's CPU does not hold it.</exception>
    [ReleasesLock]
    public void UnlockBh()
    {
        var cpu = Cpu.Current;
        Release(cpu);
        cpu.AtomicState -= AtomicState.PreemptOne + AtomicState.SoftirqDisabled;
        InterruptPoint.Enabled(cpu);
    }

    /// <summary>Its name and holder, such as <c>spinlock 'queue' held by CPU 1</c>.</summary>
    public override string ToString() =>
        Volatile.Read(ref _owner) is var owner && owner == 0 ? $"spinlock '{Name}'" : $"spinlock '{Name}' held by CPU {owner - 1}";

    string ISpinTarget.Describe() => $"{this} since {Path.GetFileName(_file)}:{_line}";

    private void Enter(Cpu cpu, int counts, int irqsOff, string file, int line)
    {
        if ((cpu.Attention & Attention.EveryPoint) != 0)
            cpu.Scheduler.Seam.AtPoint(cpu);
        var before = cpu.AtomicState;
        if (_owner == cpu.Index + 1)
            throw Recursion(cpu, file, line);
        if (_rank.IsRanked)
            cpu.CurrentTask!.Held.RequireOrder(Name, _rank);

        cpu.EnterAtomic((before + counts) | irqsOff, file, line);
        if (Interlocked.CompareExchange(ref _owner, cpu.Index + 1, 0) != 0)
            Contend(cpu, before);
        Remember(cpu, file, line);
    }

    private void Remember(Cpu cpu, string file, int line)
    {
        _file = file;
        _line = line;
        cpu.CurrentTask!.Held.Push(this, Name, _rank, file, line);
    }

    private void Release(Cpu cpu)
    {
        if (_owner != cpu.Index + 1)
            throw NotOwner(cpu);
        cpu.CurrentTask!.Held.Remove(this);
        Volatile.Write(ref _owner, 0);
    }

    /// <summary>Spins; interrupts that the state allows arrive meanwhile.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Contend(Cpu cpu, int before)
    {
        try
        {
            do
            {
                cpu.Scheduler.Seam.Spin(cpu, this);
                InterruptDelivery.Deliver(cpu);
            }
            while (Interlocked.CompareExchange(ref _owner, cpu.Index + 1, 0) != 0);
        }
        catch
        {
            cpu.AtomicState = before;
            throw;
        }
    }

    private InvalidOperationException Recursion(Cpu cpu, string file, int line) => new(
        $"Spinlock '{Name}' is taken at {Path.GetFileName(file)}:{line} in {cpu.Context} context of {cpu}, which holds it already since {Path.GetFileName(_file)}:{_line}; "
        + $"a real CPU would spin for ever. {Advice(cpu.Context)}");

    private static string Advice(KernelContexts context) => context switch
    {
        KernelContexts.Hardirq => "Take it with HoldIrqSave wherever an interrupt handler takes it too.",
        KernelContexts.Softirq => "Take it with HoldBh wherever a softirq takes it too.",
        _ => "Release it first, or split the caller into a part that expects the lock held.",
    };

    private InvalidOperationException NotOwner(Cpu cpu) => new(
        $"Spinlock '{Name}' is unlocked by {cpu}, which does not hold it ({(_owner == 0 ? "it is free" : $"CPU {_owner - 1} took it at {Path.GetFileName(_file)}:{_line}")}). "
        + "Unlock a lock once, on the CPU that took it.");
}
