using System.Diagnostics;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Looks around for a moment before a host thread goes to sleep: the next doorbell or interrupt is often nearer than the host's wake-up is long.</summary>
/// <remarks>The moment is a few times a wake-up's cost, which bounds the time lost; other host threads that could run get the processor meanwhile.</remarks>
internal struct BriefSpin()
{
    private const long BudgetMicroseconds = 30;
    private static readonly long Budget = Environment.ProcessorCount == 1 ? 0 : Stopwatch.Frequency * BudgetMicroseconds / 1_000_000;

    private readonly long _end = Stopwatch.GetTimestamp() + Budget;
    private SpinWait _spin;

    /// <summary>Waits a little; false when it is time to sleep.</summary>
    public bool TryOnce()
    {
        if (Stopwatch.GetTimestamp() >= _end)
            return false;
        _spin.SpinOnce(sleep1Threshold: -1);
        return true;
    }
}
