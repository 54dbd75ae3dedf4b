using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;
using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Kernel.Locking;

/// <summary>Keeps the current task on its CPU without another task in between. Linux: <c>preempt_disable</c>.</summary>
[AnyContext]
[AtomicScope]
public static class Preemption
{
    /// <summary>Disables preemption; nests.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static void Disable([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        var cpu = Cpu.Current;
        cpu.EnterAtomic(cpu.AtomicState + AtomicState.PreemptOne, file, line);
    }

    /// <summary>Enables what one <see cref="Disable"/> disabled; an interrupt point.</summary>
    /// <exception cref="InvalidOperationException">Preemption is not disabled.</exception>
    [ReleasesLock]
    public static void Enable()
    {
        var cpu = Cpu.Current;
        if (cpu.PreemptCount == 0)
            throw new InvalidOperationException($"Preemption is enabled on {cpu}, where it is not disabled. Call Enable once for each Disable.");
        cpu.AtomicState -= AtomicState.PreemptOne;
        InterruptPoint.Poll(cpu);
    }

    /// <summary>Disables preemption until the guard is disposed. Linux: <c>guard(preempt)</c>.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [AcquiresLock]
    public static PreemptionGuard Hold([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Disable(file, line);
        return default;
    }

    /// <summary>One turn of a loop that polls: lets other CPUs, devices and interrupts go on. Linux: <c>cpu_relax</c>.</summary>
    public static void Relax()
    {
        var cpu = Cpu.Current;
        cpu.Scheduler.Clock.RelaxOnce(cpu);
    }

    /// <summary>Lets other tasks of this CPU run first. Linux: <c>cond_resched</c>, which it is always due for.</summary>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MaySleep]
    public static void Yield([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        MightSleep.Check(SleepingCallKind.Wait, "Preemption.Yield", "", file, line);
        var cpu = Cpu.Current;
        MightSleep.RequireMayBlock(cpu, "its next turn");
        cpu.Scheduler.Yield(cpu.CurrentTask!);
    }
}
