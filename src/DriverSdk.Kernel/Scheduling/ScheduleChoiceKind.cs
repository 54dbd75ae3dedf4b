namespace DriverSdk.Kernel.Scheduling;

/// <summary>The kinds of things that can happen next in a deterministic machine.</summary>
internal enum ScheduleChoiceKind
{
    /// <summary>A CPU goes on with what it does.</summary>
    Continue,

    /// <summary>A CPU takes a task from its run queue, in place of its idle loop or of a preempted task.</summary>
    Start,

    /// <summary>An idle CPU takes its interrupts.</summary>
    ServeIdle,

    /// <summary>A device does a piece of its work.</summary>
    Device,
}
