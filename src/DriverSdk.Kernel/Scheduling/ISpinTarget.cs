namespace DriverSdk.Kernel.Scheduling;

/// <summary>Something a CPU can spin on; the deterministic scheduler does not run a spinner while it is busy.</summary>
internal interface ISpinTarget
{
    /// <summary>Whether spinning would go on.</summary>
    bool IsBusy { get; }

    /// <summary>For the deadlock report, such as <c>spinlock 'queue' held by CPU 1</c>.</summary>
    string Describe();
}
