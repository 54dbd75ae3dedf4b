using DriverSdk.Contract.Ports;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>What one timeline knows about one piece of device work: whether it is posted, whether it runs, and when it is to be posted again.</summary>
internal sealed class DeviceWorkSlot(DeviceTimeline timeline, IDeviceWork work) : TimedEvent
{
    private const int Idle = 0;
    private const int Posted = 1;
    private const int Running = 2;

    /// <summary>Posted again while it runs: it will run once more.</summary>
    private const int RunningAndPosted = 3;

    private readonly List<long> _laterDues = [];
    private int _state;

    public IDeviceWork Work => work;

    public void Post()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            if (state is Posted or RunningAndPosted)
                return;
            var next = state == Idle ? Posted : RunningAndPosted;
            if (Interlocked.CompareExchange(ref _state, next, state) != state)
                continue;
            if (next == Posted && timeline.Admit(this) == WorkAdmission.RunHere)
                Execute();
            return;
        }
    }

    /// <summary>Runs posted work. A post from inside, or from another thread meanwhile, makes it run again afterwards: never recursion, never twice at once.</summary>
    public void Execute()
    {
        do
        {
            Volatile.Write(ref _state, Running);
            try
            {
                work.Run();
            }
            catch
            {
                Volatile.Write(ref _state, Idle);
                throw;
            }
        }
        while (WasPostedMeanwhile() && timeline.Admit(this) == WorkAdmission.RunHere);
    }

    /// <summary>Remembers one more moment to post at. Moments that have all passed when the clock looks are one post.</summary>
    public void PostAt(long dueNanoseconds)
    {
        lock (_laterDues)
        {
            _laterDues.Add(dueNanoseconds);
            timeline.Scheduler.Arm(this, _laterDues.Min());
        }
    }

    public override void Expire()
    {
        lock (_laterDues)
        {
            var now = timeline.NowNanoseconds;
            _laterDues.RemoveAll(due => due <= now);
            if (_laterDues.Count > 0)
                timeline.Scheduler.Arm(this, _laterDues.Min());
        }

        Post();
    }

    private bool WasPostedMeanwhile()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Running)
            return false;
        Volatile.Write(ref _state, Posted);
        return true;
    }
}
