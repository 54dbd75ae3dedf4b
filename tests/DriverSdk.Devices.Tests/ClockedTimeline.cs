using DriverSdk.Contract.Ports;

namespace DriverSdk.Devices.Tests;

/// <summary>Time that stands still until a test moves it. Posted work waits for <see cref="RunPosted"/> while <see cref="KeepsWork"/> is set.</summary>
internal sealed class ClockedTimeline : IDeviceTimeline
{
    private readonly List<(long Due, IDeviceWork Work)> _waiting = [];

    public bool KeepsWork { get; set; }

    public long NowNanoseconds { get; private set; }

    public void Post(IDeviceWork work)
    {
        if (KeepsWork)
            _waiting.Add((NowNanoseconds, work));
        else
            work.Run();
    }

    public void PostAfter(IDeviceWork work, long delayNanoseconds) => _waiting.Add((NowNanoseconds + delayNanoseconds, work));

    public void RunPosted() => Advance(0);

    public void Advance(long nanoseconds)
    {
        NowNanoseconds += nanoseconds;
        foreach (var (_, work) in TakeDue())
            work.Run();
    }

    private List<(long Due, IDeviceWork Work)> TakeDue()
    {
        var due = _waiting.Where(entry => entry.Due <= NowNanoseconds).OrderBy(entry => entry.Due).ToList();
        _waiting.RemoveAll(entry => entry.Due <= NowNanoseconds);
        return due;
    }
}
