using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>A spinlock in hand. Held until disposed: preemption is off.</summary>
[AnyContext]
[AtomicScope]
public readonly ref struct SpinlockGuard
{
    private readonly Spinlock _lock;

    internal SpinlockGuard(Spinlock held) => _lock = held;

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.Unlock();
}
