using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Locking;

/// <summary>Interrupts are off until it is disposed.</summary>
[AnyContext]
[AtomicScope]
public readonly ref struct LocalIrqGuard
{
    private readonly IrqFlags _flags;

    internal LocalIrqGuard(IrqFlags flags) => _flags = flags;

    /// <summary>Restores the interrupt state.</summary>
    [ReleasesLock]
    public void Dispose() => LocalIrq.Restore(_flags);
}
