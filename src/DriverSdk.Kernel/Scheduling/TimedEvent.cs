namespace DriverSdk.Kernel.Scheduling;

/// <summary>Something that happens at a moment. Kept by its owner and armed again and again, so that arming allocates nothing.</summary>
internal abstract class TimedEvent
{
    internal long DueNanoseconds;
    internal long Sequence;

    /// <summary>Position in the heap, or -1 when not armed.</summary>
    internal int HeapIndex = -1;

    /// <summary>Called when the moment has come, by whoever keeps the time, on no simulated CPU: it may only wake, raise or post.</summary>
    public abstract void Expire();
}
