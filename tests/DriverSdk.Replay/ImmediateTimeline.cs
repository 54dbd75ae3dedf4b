using DriverSdk.Contract.Ports;

namespace DriverSdk.Replay;

/// <summary>Devices do at once what they are asked; work that posts itself runs again after it has returned, as on the kernel's timeline.</summary>
internal sealed class ImmediateTimeline : IDeviceTimeline
{
    private readonly HashSet<IDeviceWork> _running = [];
    private readonly HashSet<IDeviceWork> _postedMeanwhile = [];

    public long NowNanoseconds => 0;

    public void Post(IDeviceWork work)
    {
        if (!_running.Add(work))
        {
            _postedMeanwhile.Add(work);
            return;
        }

        do
        {
            work.Run();
        }
        while (_postedMeanwhile.Remove(work));
        _running.Remove(work);
    }

    // Nobody's clock runs in a replay: a device that waits is a recording that cannot be played.
    public void PostAfter(IDeviceWork work, long delayNanoseconds) =>
        throw new NotSupportedException($"'{work.Name}' asks to be run after {delayNanoseconds} ns; record devices that act at once.");
}
