using System.Runtime.CompilerServices;
using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The check at the head of every member that may sleep, made on each call, so that the bug shows on its first, lucky run. Linux: <c>might_sleep()</c>.</summary>
internal static class MightSleep
{
    /// <summary>Reports the call to the machine's observer when the CPU is atomic.</summary>
    /// <param name="what">The member, such as <c>KernelMutex.Lock</c>.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(string what, string file, int line) => Check(SleepingCallKind.Other, what, "", file, line);

    /// <summary>Reports the call to the machine's observer when the CPU is atomic.</summary>
    /// <param name="kind">Which rule the call falls under.</param>
    /// <param name="what">The member, such as <c>KernelMutex.Lock</c>.</param>
    /// <param name="name">The object's name, or empty; kept apart so that a call that may sleep builds no text.</param>
    /// <param name="file">The caller's file.</param>
    /// <param name="line">The caller's line.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Check(SleepingCallKind kind, string what, string name, string file, int line)
    {
        var cpu = Cpu.Current;
        if (cpu.IsAtomic)
            Report(cpu, kind, Text(what, name), file, line);
    }

    /// <summary>Refuses to block where sleeping is forbidden: there is nothing sensible to switch to. Linux: "scheduling while atomic".</summary>
    public static void RequireMayBlock(Cpu cpu, string waitsFor)
    {
        if (!cpu.IsAtomic)
            return;
        var held = string.Join(", ", cpu.CurrentTask!.Held.Snapshot().Select(taken => $"'{taken.Name}' taken at {Path.GetFileName(taken.File)}:{taken.Line}"));
        throw new InvalidOperationException(
            $"Scheduling while atomic: task '{cpu.CurrentTask.Name}' on {cpu} has to wait for {waitsFor} in {cpu.Context} context "
            + $"(preempt count {cpu.PreemptCount}, interrupts {(cpu.IrqsDisabled ? "off" : "on")}, locks held: {(held.Length == 0 ? "none" : held)}). "
            + "Release the locks first, or defer the work to a work queue.");
    }

    private static string Text(string what, string name) => name.Length == 0 ? what : $"{what}('{name}')";

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Report(Cpu cpu, SleepingCallKind kind, string what, string file, int line)
    {
        if (cpu.Scheduler.Observer is not { } observer)
            return;
        var inTask = cpu.Context == KernelContexts.Task;
        observer.SleptInAtomic(new AtomicSleep
        {
            Kind = kind,
            What = what,
            TaskName = cpu.CurrentTask!.Name,
            CpuIndex = cpu.Index,
            PreemptCount = cpu.PreemptCount,
            IrqsDisabled = cpu.IrqsDisabled,
            Context = cpu.Context,
            HeldLocks = cpu.CurrentTask.Held.Snapshot(),
            AtomicSinceFile = inTask ? cpu.AtomicSinceFile : "",
            AtomicSinceLine = inTask ? cpu.AtomicSinceLine : 0,
            File = file,
            Line = line,
        });
    }
}
