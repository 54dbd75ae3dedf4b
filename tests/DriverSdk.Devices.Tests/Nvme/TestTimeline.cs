using System.Collections.Concurrent;
using DriverSdk.Contract.Ports;

namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>Runs a device's work at once, or keeps it until a test asks.</summary>
internal sealed class TestTimeline : IDeviceTimeline
{
    private readonly ConcurrentQueue<IDeviceWork> _kept = new();

    /// <summary>While set, work waits for <see cref="RunAll"/>.</summary>
    public bool KeepsWork { get; set; }

    public long NowNanoseconds { get; set; }

    public int Kept => _kept.Count;

    public void Post(IDeviceWork work)
    {
        if (!KeepsWork)
            work.Run();
        else if (!_kept.Contains(work))
            _kept.Enqueue(work);
    }

    public void PostAfter(IDeviceWork work, long delayNanoseconds) => Post(work);

    public void RunAll()
    {
        while (_kept.TryDequeue(out var work))
            work.Run();
    }
}
