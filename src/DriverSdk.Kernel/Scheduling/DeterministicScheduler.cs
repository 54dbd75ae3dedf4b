namespace DriverSdk.Kernel.Scheduling;

/// <summary>One host thread runs in the whole machine. At every point the seeded generator chooses what happens next; time moves when nothing else can.</summary>
/// <remarks>
/// The running thread holds the baton: nothing here is locked except what foreign threads may call. Each CPU has one host thread that attends it (its task's, or that
/// of the blocked task which lends its stack to the idle loop); passing the baton to a CPU means letting that thread go on with <see cref="_granted"/>.
/// </remarks>
internal sealed class DeterministicScheduler : IScheduler
{
    /// <summary>At one point in this many the choice is open; at the others the CPU simply goes on.</summary>
    private const int OpenChoiceOneIn = 4;

    /// <summary>So many points without time moving mean that somebody polls the clock or a register: then time moves all the same.</summary>
    private const int PointsPerStep = 1000;
    private const long StepNanoseconds = 100_000;

    private readonly KernelScheduler _core;
    private readonly EventQueue _events = new();
    private readonly List<ScheduleChoice> _choices = [];
    private readonly Lock _devicesLock = new();
    private readonly List<DeviceWorkSlot> _devices = [];
    private SeededGenerator _generator;
    private ScheduleChoice _granted;
    private long _now;
    private int _pointsSinceStep;

    public DeterministicScheduler(KernelScheduler core, int seed)
    {
        _core = core;
        _generator = new SeededGenerator(seed);
        foreach (var cpu in core.CpuSpan)
        {
            if (cpu.Index != 0)
                BecomeIdle(cpu, cpu.IdleTask);
        }
    }

    public long NowNanoseconds => Volatile.Read(ref _now);

    public int PermanentAttention => Attention.EveryPoint;

    /// <summary>What was chosen, one line per choice, for tests; null records nothing.</summary>
    internal List<string>? Trace { get; set; }

    public InterruptArrival AtPoint(Cpu cpu)
    {
        if (_core.IsStopping)
            return InterruptArrival.Later;
        if (++_pointsSinceStep >= PointsPerStep)
            MoveTime(Math.Min(_now + StepNanoseconds, _events.NextDue));
        if (_generator.Below(OpenChoiceOneIn) == 0)
            Dispatch(cpu.Host!);
        return cpu.CanDeliver && _generator.Below(2) == 0 ? InterruptArrival.Now : InterruptArrival.Later;
    }

    /// <summary>Nothing to do: preemption is one of the choices at every point.</summary>
    public void PreemptIfDue(Cpu cpu)
    {
    }

    public void SwitchAway(Cpu cpu, KernelTask task)
    {
        BecomeIdle(cpu, task.IsAlive ? task : cpu.IdleTask);
        Dispatch(task);
    }

    public void Spin(Cpu cpu, ISpinTarget target)
    {
        var task = cpu.CurrentTask!;
        task.SpinTarget = target;
        PassOn(cpu);
        task.SpinTarget = null;
        task.ThrowIfInterrupted();
    }

    public void DelayUntil(Cpu cpu, long nowNanoseconds)
    {
        var task = cpu.CurrentTask!;
        task.DelayUntil = nowNanoseconds;
        PassOn(cpu);
        task.DelayUntil = 0;
        task.ThrowIfInterrupted();
    }

    /// <summary>Nothing to do: every choice looks at what is pending.</summary>
    public void Kick(Cpu cpu)
    {
    }

    public bool Arm(TimedEvent timed, long dueNanoseconds) => _events.Arm(timed, dueNanoseconds);

    public bool Cancel(TimedEvent timed) => _events.Cancel(timed);

    public void PostDeviceWork(DeviceWorkSlot slot)
    {
        lock (_devicesLock)
            _devices.Add(slot);
    }

    public void AttendIdle(Cpu cpu)
    {
        if (_granted.Kind == ScheduleChoiceKind.ServeIdle)
            ServeIdle(cpu);
        Dispatch(cpu.IdleTask);
    }

    public void Enter(Cpu cpu, KernelTask init)
    {
        cpu.CurrentTask = init;
        cpu.Host = init;
        cpu.InIdleLoop = false;
    }

    public void Leave(Cpu cpu)
    {
        cpu.CurrentTask = null;
        cpu.Host = null;
    }

    public void Dispose()
    {
    }

    private static void BecomeIdle(Cpu cpu, KernelTask host)
    {
        cpu.CurrentTask = cpu.IdleTask;
        cpu.Host = host;
        cpu.InIdleLoop = true;
    }

    private void PassOn(Cpu cpu)
    {
        if (_core.IsStopping)
            throw new TaskKilledException();
        Dispatch(cpu.Host!);
        cpu.Host!.ThrowIfKilled();
    }

    /// <summary>Lets things happen until the caller's thread is to go on. A dead task's thread returns as soon as it has passed the baton.</summary>
    private void Dispatch(KernelTask host)
    {
        while (true)
        {
            if (_events.NextDue <= _now)
                _events.ExpireDue(_now);
            FindChoices();
            if (_choices.Count == 0)
            {
                if (!MoveTimeToNextEvent())
                    ReportDeadlock();
                continue;
            }

            var choice = _choices[_choices.Count == 1 ? 0 : _generator.Below(_choices.Count)];
            if (choice.Kind == ScheduleChoiceKind.Device)
            {
                RunDeviceWork(choice.Position);
                continue;
            }

            var next = Grant(choice);
            if (!ReferenceEquals(next, host))
            {
                next.Resume();
                if (!host.IsAlive)
                    return;
                host.Park();
                if (host.IsKilled)
                    return;
            }

            if (_granted.Kind != ScheduleChoiceKind.ServeIdle)
                return;
            ServeIdle(_granted.Cpu!);
        }
    }

    private void FindChoices()
    {
        _choices.Clear();
        foreach (var cpu in _core.CpuSpan)
        {
            if (cpu.CurrentTask is null)
                continue;
            if (cpu.InIdleLoop ? cpu.CanDeliver : CanContinue(cpu))
                _choices.Add(new ScheduleChoice(cpu.InIdleLoop ? ScheduleChoiceKind.ServeIdle : ScheduleChoiceKind.Continue, cpu, 0));
            if (!cpu.InIdleLoop && !cpu.IsPreemptible)
                continue;
            for (var position = cpu.Queue.Count - 1; position >= 0; position--)
                _choices.Add(new ScheduleChoice(ScheduleChoiceKind.Start, cpu, position));
        }

        lock (_devicesLock)
        {
            for (var position = 0; position < _devices.Count; position++)
                _choices.Add(new ScheduleChoice(ScheduleChoiceKind.Device, null, position));
        }
    }

    private bool CanContinue(Cpu cpu)
    {
        var task = cpu.CurrentTask!;
        var spins = task.SpinTarget is { IsBusy: true };
        var delays = task.DelayUntil > _now;
        return (!spins && !delays) || task.Interruption is not null || cpu.CanDeliver;
    }

    /// <summary>Makes the choice true, and says whose host thread goes on with it.</summary>
    private KernelTask Grant(ScheduleChoice choice)
    {
        var cpu = choice.Cpu!;
        _granted = choice;
        if (choice.Kind == ScheduleChoiceKind.Start)
        {
            cpu.Queue.TryTake(choice.Position, out var task);
            if (!cpu.InIdleLoop)
                Preempt(cpu);
            cpu.CurrentTask = task;
            cpu.Host = task;
            cpu.InIdleLoop = false;
        }

        Trace?.Add($"{_now} {choice.Kind} {cpu.CurrentTask!.Name}");
        return cpu.Host!;
    }

    private static void Preempt(Cpu cpu)
    {
        var preempted = cpu.CurrentTask!;
        Volatile.Write(ref preempted.State, TaskState.Queued);
        cpu.Queue.Add(preempted);
    }

    private void ServeIdle(Cpu cpu)
    {
        cpu.InIdleLoop = false;
        try
        {
            InterruptDelivery.Deliver(cpu);
        }
        catch (Exception exception) when (exception is not TaskKilledException)
        {
            _core.Panic($"an interrupt handler on idle {cpu}", exception);
        }

        cpu.InIdleLoop = true;
    }

    /// <summary>Device work runs on no CPU: kernel members called from it fail as they would on any foreign thread.</summary>
    private void RunDeviceWork(int position)
    {
        DeviceWorkSlot slot;
        lock (_devicesLock)
        {
            slot = _devices[position];
            _devices.RemoveAt(position);
        }

        Trace?.Add($"{_now} Device {slot.Work.Name}");
        var cpu = Cpu.CurrentOrNull;
        Cpu.CurrentOrNull = null;
        try
        {
            slot.Execute();
        }
        catch (Exception exception)
        {
            _core.Panic($"device work '{slot.Work.Name}'", exception);
        }
        finally
        {
            Cpu.CurrentOrNull = cpu;
        }
    }

    private bool MoveTimeToNextEvent()
    {
        var next = _events.NextDue;
        foreach (var cpu in _core.CpuSpan)
        {
            if (cpu is { InIdleLoop: false, CurrentTask: { DelayUntil: not 0 } task })
                next = Math.Min(next, task.DelayUntil);
        }

        if (next == EventQueue.Never)
            return false;
        MoveTime(next);
        return true;
    }

    private void MoveTime(long nowNanoseconds)
    {
        _pointsSinceStep = 0;
        Volatile.Write(ref _now, Math.Max(_now, nowNanoseconds));
        _events.ExpireDue(_now);
    }

    /// <summary>Ends the wait of the init task, and of whoever spins on its CPU, with the whole story.</summary>
    private void ReportDeadlock()
    {
        var deadlock = DeadlockReport.Create(_core);
        if (_core.CpuSpan[0] is { InIdleLoop: false, CurrentTask: { } onInitCpu } && !ReferenceEquals(onInitCpu, _core.Init))
            onInitCpu.Interruption = deadlock;
        var init = _core.Init ?? throw deadlock;
        init.Interruption = deadlock;
        _core.Wake(init);
    }
}
