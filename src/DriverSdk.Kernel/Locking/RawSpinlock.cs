using System.Runtime.CompilerServices;

namespace DriverSdk.Kernel.Locking;

/// <summary>The kernel's own innermost lock: one word, no name, no context tracking, no interrupt point.</summary>
/// <remarks>
/// For short sections inside allocators and tables that never call out. Interrupts arrive only at defined points, and there is none inside such a section, so
/// it needs no irqsave; under the deterministic scheduler it is never contended. Drivers use <c>Spinlock</c>.
/// </remarks>
internal struct RawSpinlock
{
    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.Exchange(ref _held, 1) != 0)
            Contend();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Contend()
    {
        var spin = default(SpinWait);
        do
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _held) != 0 || Interlocked.Exchange(ref _held, 1) != 0);
    }
}
