using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Softirqs of the current CPU. Linux: <c>local_bh_disable</c>.</summary>
[AnyContext]
[AtomicScope]
public static class BottomHalves
{
    /// <summary>Disables softirqs; nests.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static void Disable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        cpu.EnterAtomic(cpu.AtomicState + AtomicState.SoftirqDisabled, file, line);
    }

    /// <summary>Enables what one <see cref="Disable"/> disabled; softirqs held back run before it returns.</summary>
    /// <exception cref="InvalidOperationException">Softirqs are not disabled.</exception>
    [ReleasesLock]
    public static void Enable()
    {
        var cpu = Cpu.Current;
        if ((cpu.AtomicState & AtomicState.SoftirqMask) < AtomicState.SoftirqDisabled)
            throw new InvalidOperationException($"Bottom halves are enabled on {cpu}, where they are not disabled. Call Enable once for each Disable.");
        cpu.AtomicState -= AtomicState.SoftirqDisabled;
        InterruptPoint.Enabled(cpu);
    }
}
