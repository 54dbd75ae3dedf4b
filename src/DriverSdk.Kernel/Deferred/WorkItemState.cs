namespace DriverSdk.Kernel.Deferred;

/// <summary>Where a work item stands; it may run at the same time, from an earlier queuing.</summary>
internal enum WorkItemState
{
    /// <summary>Not queued.</summary>
    Idle,

    /// <summary>Waits for its delay.</summary>
    Delayed,

    /// <summary>In its queue.</summary>
    Queued,
}
