namespace DriverSdk.Tests.Kernel.Scheduling;

/// <summary>Which scheduler a test runs under.</summary>
public enum SchedulerKind
{
    Host,
    Deterministic,
}
