using System.Diagnostics;

namespace DriverSdk.Kernel.Scheduling;

/// <summary>Each CPU's current task runs on its host thread beside the other CPUs', in real time. Within one CPU the threads hand over to each other.</summary>
internal sealed class HostThreadScheduler : IScheduler
{
    /// <summary>How long a task may keep its CPU while another one waits for it, in nanoseconds.</summary>
    private const long SliceNanoseconds = 2_000_000;

    private readonly KernelScheduler _core;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly HostCpu[] _cpus;
    private readonly HostClock _clock;
    private readonly HostDeviceWorker _devices;

    public HostThreadScheduler(KernelScheduler core)
    {
        _core = core;
        _cpus = [.. core.Cpus.Select(cpu => new HostCpu(cpu))];
        _clock = new HostClock(this);
        _devices = new HostDeviceWorker(core);
        foreach (var cpu in core.Cpus)
            cpu.CurrentTask = cpu.Index == 0 ? null : cpu.IdleTask;
    }

    public long NowNanoseconds => Stopwatch.GetElapsedTime(_started).Ticks * TimeSpan.NanosecondsPerTick;

    public int PermanentAttention => 0;

    public InterruptArrival AtPoint(Cpu cpu)
    {
        if ((Volatile.Read(ref cpu.Attention) & Attention.Stop) != 0)
            throw new TaskKilledException();
        return InterruptArrival.Now;
    }

    public void PreemptIfDue(Cpu cpu)
    {
        if ((cpu.Attention & Attention.Reschedule) == 0 || !cpu.IsPreemptible)
            return;
        if (cpu.Queue.Count == 0)
            LowerReschedule(cpu);
        else if (NowNanoseconds - _cpus[cpu.Index].SliceStart >= SliceNanoseconds)
            _core.Yield(cpu.CurrentTask!);
    }

    public void SwitchAway(Cpu cpu, KernelTask task)
    {
        while (true)
        {
            if (cpu.Queue.TryTake(0, out var next))
            {
                if (ReferenceEquals(next, task))
                {
                    Take(cpu, task);
                    return;
                }

                HandOver(cpu, task, next);
                return;
            }

            if (!task.IsAlive)
            {
                HandOver(cpu, task, cpu.IdleTask);
                return;
            }

            if (task.IsKilled)
                return;
            _cpus[cpu.Index].Idle();
        }
    }

    public void Spin(Cpu cpu, ISpinTarget target)
    {
        var spin = default(SpinWait);
        while (target.IsBusy && !cpu.CanDeliver)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            ThrowIfStopping(cpu);
        }
    }

    public void DelayUntil(Cpu cpu, long nowNanoseconds)
    {
        var spin = default(SpinWait);
        while (NowNanoseconds < nowNanoseconds && !cpu.CanDeliver)
        {
            spin.SpinOnce(sleep1Threshold: -1);
            ThrowIfStopping(cpu);
        }
    }

    public void Kick(Cpu cpu) => _cpus[cpu.Index].Kick();

    public bool Arm(TimedEvent timed, long dueNanoseconds) => _clock.Arm(timed, dueNanoseconds);

    public bool Cancel(TimedEvent timed) => _clock.Cancel(timed);

    public void PostDeviceWork(DeviceWorkSlot slot) => _devices.Post(slot);

    public void AttendIdle(Cpu cpu)
    {
        while (!cpu.IdleTask.IsKilled)
            SwitchAway(cpu, cpu.IdleTask);
    }

    public void Enter(Cpu cpu, KernelTask init)
    {
        _cpus[cpu.Index].Attend();
        Take(cpu, init);
    }

    public void Leave(Cpu cpu)
    {
        cpu.CurrentTask = null;
        cpu.Host = null;
        _cpus[cpu.Index].Abandon();
    }

    public void Dispose()
    {
        _clock.Dispose();
        _devices.Dispose();
        foreach (var cpu in _core.Cpus)
            cpu.IdleTask.IsKilled = true;
        foreach (var cpu in _cpus)
            cpu.KickForStop();
    }

    private static void ThrowIfStopping(Cpu cpu)
    {
        if ((Volatile.Read(ref cpu.Attention) & Attention.Stop) != 0)
            throw new TaskKilledException();
        cpu.CurrentTask!.ThrowIfInterrupted();
    }

    /// <summary>Lowered first, looked at again after: a task queued in between must not wait for a slice that never ends.</summary>
    private static void LowerReschedule(Cpu cpu)
    {
        cpu.Lower(Attention.Reschedule);
        if (cpu.Queue.Count != 0)
            cpu.Raise(Attention.Reschedule);
    }

    private void Take(Cpu cpu, KernelTask task)
    {
        cpu.Host = task;
        cpu.CurrentTask = task;
        _cpus[cpu.Index].SliceStart = NowNanoseconds;
    }

    private void HandOver(Cpu cpu, KernelTask from, KernelTask to)
    {
        Take(cpu, to);
        to.Resume();
        if (from.IsAlive)
            from.Park();
    }
}
