using System.Runtime.CompilerServices;

namespace DriverSdk.Hardware.Iommu;

/// <summary>A lock for sections of a few stores: one locked instruction to enter, a plain release store to leave.</summary>
internal struct SpinGate
{
    private int _held;

    /// <summary>Enters; the holder must not block, throw or enter again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
            EnterContended();
    }

    /// <summary>Leaves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        var spin = default(SpinWait);
        do
            spin.SpinOnce(sleep1Threshold: -1);
        while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
