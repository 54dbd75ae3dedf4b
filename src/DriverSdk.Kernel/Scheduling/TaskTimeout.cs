namespace DriverSdk.Kernel.Scheduling;

/// <summary>The end of a task's wait with a time limit. A late one is harmless: every wait looks at the clock before it believes a wake-up.</summary>
internal sealed class TaskTimeout(KernelTask task) : TimedEvent
{
    public override void Expire() => task.Scheduler.Wake(task);
}
