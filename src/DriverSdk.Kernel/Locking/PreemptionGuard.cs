using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>Preemption is off until it is disposed.</summary>
[AnyContext]
[AtomicScope]
public readonly ref struct PreemptionGuard
{
    /// <summary>Enables preemption.</summary>
    [ReleasesLock]
    public void Dispose() => Preemption.Enable();
}
