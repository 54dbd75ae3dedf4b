namespace DriverSdk.Kernel.Scheduling;

/// <summary>Where a task stands; plain integers because they are compared and exchanged.</summary>
internal static class TaskState
{
    /// <summary>It has its CPU.</summary>
    public const int Running = 0;

    /// <summary>It has said that it waits; a wake-up moves it to its CPU's queue, also before it has given the CPU up.</summary>
    public const int Blocked = 1;

    /// <summary>It is in its CPU's run queue.</summary>
    public const int Queued = 2;

    /// <summary>It has ended.</summary>
    public const int Dead = 3;
}
