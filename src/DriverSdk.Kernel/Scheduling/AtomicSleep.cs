using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>The facts of one call that may sleep, made where sleeping is forbidden.</summary>
internal readonly record struct AtomicSleep
{
    /// <summary>What kind of call.</summary>
    public required SleepingCallKind Kind { get; init; }

    /// <summary>The call, such as <c>KernelMutex.Lock('state')</c>.</summary>
    public required string What { get; init; }

    /// <summary>The task that runs or that was interrupted.</summary>
    public required string TaskName { get; init; }

    public required int CpuIndex { get; init; }

    public required int PreemptCount { get; init; }

    public required bool IrqsDisabled { get; init; }

    public required KernelContexts Context { get; init; }

    /// <summary>The locks held, outermost first.</summary>
    public required IReadOnlyList<HeldLock> HeldLocks { get; init; }

    /// <summary>Where the CPU became atomic: the outermost lock, or where interrupts or preemption were disabled; empty in a handler.</summary>
    public required string AtomicSinceFile { get; init; }

    public required int AtomicSinceLine { get; init; }

    /// <summary>Where the call was made.</summary>
    public required string File { get; init; }

    public required int Line { get; init; }
}
