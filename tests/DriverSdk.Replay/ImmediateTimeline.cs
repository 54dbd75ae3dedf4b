using DriverSdk.Contract.Ports;

namespace DriverSdk.Replay;

/// <summary>Devices do at once what they are asked; work that posts itself runs after it has returned.</summary>
internal sealed class ImmediateTimeline : IDeviceTimeline
{
    private readonly Queue<IDeviceWork> _posted = new();
    private bool _running;

    public long NowNanoseconds => 0;

    public void Post(IDeviceWork work)
    {
        if (!_posted.Contains(work))
            _posted.Enqueue(work);
        if (_running)
            return;
        _running = true;
        while (_posted.TryDequeue(out var next))
            next.Run();
        _running = false;
    }

    public void PostAfter(IDeviceWork work, long delayNanoseconds) => Post(work);
}
