using DriverSdk.Kernel.Scheduling;

namespace DriverSdk.Tests.Kernel.Scheduling;

/// <summary>Keeps what the scheduler reports.</summary>
internal sealed class RecordingObserver : IKernelObserver
{
    public List<AtomicSleep> Sleeps { get; } = [];

    public void SleptInAtomic(in AtomicSleep details) => Sleeps.Add(details);
}
