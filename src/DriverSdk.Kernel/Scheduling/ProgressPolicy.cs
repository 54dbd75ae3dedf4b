using DriverSdk.Kernel.Annotations;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>When a device does the work it has posted.</summary>
[AnyContext]
public enum ProgressPolicy
{
    /// <summary>Before the post returns, on the poster's thread.</summary>
    Immediate,

    /// <summary>When the scheduler says so: a seeded choice under the deterministic scheduler, a worker thread under the other one.</summary>
    Scheduled,

    /// <summary>Not before <see cref="DeviceTimeline.Release"/> or another policy: a device that hangs.</summary>
    Stalled,
}
