namespace DriverSdk.Kernel.Scheduling;

/// <summary>One CPU of the host scheduler: its idle loop, and the way other threads wake it.</summary>
internal sealed class HostCpu(Cpu cpu)
{
    private const int Awake = 0;
    private const int Asleep = 1;

    /// <summary>No host thread runs the CPU: CPU 0 outside of Run, the others until something happens to them.</summary>
    private const int Unattended = 2;

    private readonly SemaphoreSlim _wake = new(0);
    private int _state = Unattended;

    /// <summary>When the current task got the CPU.</summary>
    public long SliceStart { get; set; }

    public void Attend() => Volatile.Write(ref _state, Awake);

    public void Abandon() => Volatile.Write(ref _state, Unattended);

    /// <summary>One turn of the idle loop on the stack of whoever calls: takes interrupts, or sleeps until there is something to do.</summary>
    public void Idle()
    {
        cpu.CurrentTask = cpu.IdleTask;
        ServeInterrupts();
        var spin = new BriefSpin();
        do
        {
            if (HasWork())
                return;
        }
        while (spin.TryOnce());

        // The exchange orders the announcement before the second look; a thread that adds work does both the other way round.
        Interlocked.Exchange(ref _state, Asleep);
        if (HasWork() && Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep)
            return;
        _wake.Wait();
    }

    public void Kick()
    {
        switch (Volatile.Read(ref _state))
        {
            case Asleep when Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep:
                _wake.Release();
                break;
            case Unattended when cpu.Index != 0 && Interlocked.CompareExchange(ref _state, Awake, Unattended) == Unattended:
                cpu.Host = cpu.IdleTask;
                cpu.IdleTask.Resume();
                break;
        }
    }

    /// <summary>Wakes the CPU when it sleeps; never starts one.</summary>
    public void KickForStop()
    {
        if (Interlocked.CompareExchange(ref _state, Awake, Asleep) == Asleep)
            _wake.Release();
    }

    private bool HasWork() => (Volatile.Read(ref cpu.Attention) & Attention.WakesIdle) != 0 || cpu.Queue.Count != 0;

    private void ServeInterrupts()
    {
        try
        {
            if ((Volatile.Read(ref cpu.Attention) & Attention.Stop) != 0)
                throw new TaskKilledException();
            InterruptDelivery.Deliver(cpu);
        }
        catch (Exception exception) when (exception is not TaskKilledException)
        {
            cpu.Scheduler.Panic($"an interrupt handler on idle {cpu}", exception);
        }
    }
}
