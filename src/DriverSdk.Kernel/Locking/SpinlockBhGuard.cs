using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>A spinlock in hand. Held until disposed: preemption and bottom halves are off.</summary>
[AnyContext]
[AtomicScope]
public readonly ref struct SpinlockBhGuard
{
    private readonly Spinlock _lock;

    internal SpinlockBhGuard(Spinlock held) => _lock = held;

    /// <summary>Releases the lock.</summary>
    [ReleasesLock]
    public void Dispose() => _lock.UnlockBh();
}
