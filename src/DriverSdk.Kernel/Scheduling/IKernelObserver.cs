namespace DriverSdk.Kernel.Scheduling;

/// <summary>Hears what the scheduler finds; the sanitizer implements it. Without one nothing is reported.</summary>
internal interface IKernelObserver
{
    /// <summary>A call that may sleep was made in atomic context, whether it would have slept this time or not.</summary>
    void SleptInAtomic(in AtomicSleep details);
}
