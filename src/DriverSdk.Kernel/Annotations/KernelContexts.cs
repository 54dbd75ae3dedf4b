namespace DriverSdk.Kernel.Annotations;

/// <summary>The contexts kernel code runs in; only <see cref="Task"/> may sleep, and only with preemption and interrupts on.</summary>
[Flags]
[AnyContext]
public enum KernelContexts
{
    /// <summary>No context.</summary>
    None = 0,

    /// <summary>A task: a driver's probe and remove, a work item, a threaded interrupt handler.</summary>
    Task = 1,

    /// <summary>A softirq: a timer's handler.</summary>
    Softirq = 2,

    /// <summary>A hardware interrupt's handler.</summary>
    Hardirq = 4,
}
