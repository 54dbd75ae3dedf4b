namespace DriverSdk.Kernel.Scheduling;

/// <summary>Ends the init task's wait some time after another task has died; without it a wait for the dead task's work would never end in real time.</summary>
internal sealed class OopsWatchdog(KernelScheduler scheduler) : TimedEvent
{
    public override void Expire() => scheduler.InterruptInit();
}
