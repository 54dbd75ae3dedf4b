using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>A spinlock in hand. Held until disposed: preemption and interrupts are off.</summary>
[AnyContext]
[AtomicScope]
public readonly ref struct SpinlockIrqGuard
{
    private readonly Spinlock _lock;
    private readonly IrqFlags _flags;

    internal SpinlockIrqGuard(Spinlock held, IrqFlags flags)
    {
        _lock = held;
        _flags = flags;
    }

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.UnlockIrqRestore(_flags);
}
