namespace DriverSdk.Kernel.Scheduling;

/// <summary>The timer hardware of the host scheduler: a thread that sleeps until the earliest event and lets it happen. Started by the first event.</summary>
internal sealed class HostClock(HostThreadScheduler scheduler) : IDisposable
{
    private readonly EventQueue _events = new();
    private readonly object _signal = new();
    private Thread? _thread;
    private bool _stopping;

    public bool Arm(TimedEvent timed, long dueNanoseconds)
    {
        var wasArmed = _events.Arm(timed, dueNanoseconds);
        if (_events.NextDue >= dueNanoseconds)
            Signal();
        return wasArmed;
    }

    public bool Cancel(TimedEvent timed) => _events.Cancel(timed);

    public void Dispose()
    {
        lock (_signal)
        {
            _stopping = true;
            Monitor.Pulse(_signal);
        }

        _thread?.Join();
    }

    private void Signal()
    {
        lock (_signal)
        {
            if (_stopping)
                return;
            if (_thread is null)
            {
                _thread = new Thread(Tick) { IsBackground = true, Name = "timer hardware" };
                _thread.Start();
            }

            Monitor.Pulse(_signal);
        }
    }

    private void Tick()
    {
        while (true)
        {
            _events.ExpireDue(scheduler.NowNanoseconds);
            lock (_signal)
            {
                if (_stopping)
                    return;
                var due = _events.NextDue;
                var left = due - scheduler.NowNanoseconds;
                if (due == EventQueue.Never)
                    Monitor.Wait(_signal);
                else if (left > 0)
                    Monitor.Wait(_signal, TimeSpan.FromMilliseconds(Math.Min((left + 999_999) / 1_000_000, 60_000)));
            }
        }
    }
}
