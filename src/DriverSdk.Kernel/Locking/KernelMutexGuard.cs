using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>A mutex in hand until it is disposed; its holder may sleep.</summary>
[AnyContext]
public readonly ref struct KernelMutexGuard
{
    private readonly KernelMutex _mutex;

    internal KernelMutexGuard(KernelMutex mutex) => _mutex = mutex;

    /// <summary>Releases the mutex.</summary>
    [RunsIn(KernelContexts.Task)]
    [ReleasesLock]
    public void Dispose() => _mutex.Unlock();
}
