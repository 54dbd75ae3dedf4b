using System.Diagnostics;

namespace DriverSdk.Kernel.Iommu;

/// <summary>Waits for the hardware a little longer each time, and gives up with a sentence after ten seconds of the host's time.</summary>
/// <remarks>Linux: <c>DMAR_OPERATION_TIMEOUT</c>, after which it panics.</remarks>
internal struct Patience(string what)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private SpinWait _spin;
    private long _since;

    /// <summary>How often it has waited.</summary>
    public int Turns { get; private set; }

    public void Wait()
    {
        Turns++;
        if (_since == 0)
            _since = Stopwatch.GetTimestamp();
        else if ((Turns & 0xff) == 0 && Stopwatch.GetElapsedTime(_since) > Limit)
            throw new TimeoutException($"The remapping unit has not finished '{what}' for {Limit.TotalSeconds} s. A device is stuck in a transfer that is being drained, or the unit is broken.");
        _spin.SpinOnce(sleep1Threshold: -1);
    }
}
