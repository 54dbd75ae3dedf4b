namespace DriverSdk.Kernel.Scheduling;

/// <summary>Something that runs in softirq context on the CPU it is raised on. Raising it again before it has started changes nothing.</summary>
internal abstract class SoftirqItem
{
    internal SoftirqItem? NextRaised;
    internal int IsRaised;

    /// <summary>Runs the handler, interrupts on.</summary>
    public abstract void RunSoftirq();
}
