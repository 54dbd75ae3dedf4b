namespace DriverSdk.Kernel.Debugging;

/// <summary>Whoever turns findings into reports. Called on the thread of the driver that broke the rule, with no kernel lock held; it may throw to stop the driver there.</summary>
internal interface IViolationSink
{
    /// <summary>A driver broke a DMA rule.</summary>
    void Report(in DmaViolation violation);
}
